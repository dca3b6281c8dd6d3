package dev.sandstone.scsi.sense;

/** Ends the command it is thrown in with CHECK CONDITION; nothing else is touched. Costs no stack trace. */
public final class CheckCondition extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SenseData sense;

    public CheckCondition(SenseData sense) {
        super(sense.toString(), null, false, false);
        this.sense = sense;
    }

    public SenseData sense() {
        return sense;
    }

    /** ILLEGAL REQUEST with that code. */
    public static CheckCondition illegal(AdditionalSense additional) {
        return new CheckCondition(SenseData.illegal(additional));
    }
}
