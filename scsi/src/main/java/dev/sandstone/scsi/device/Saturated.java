package dev.sandstone.scsi.device;

/** Ends the command it is thrown in with TASK SET FULL: there is no memory for it now. Costs no stack trace. */
final class Saturated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Saturated() {
        super("the commands under way hold all the memory they may", null, false, false);
    }
}
