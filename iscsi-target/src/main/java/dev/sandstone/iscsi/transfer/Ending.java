package dev.sandstone.iscsi.transfer;

import org.jspecify.annotations.Nullable;

/** How a command ended; of one command after another. */
final class Ending {
    private static final byte[] NO_SENSE = {};

    private final Transfer transfer;
    private boolean known;
    private int status;
    private byte[] sense = NO_SENSE;
    private long residual;
    private @Nullable Lent dataIn;

    Ending(Transfer transfer) {
        this.transfer = transfer;
    }

    /**
     * Sets all.
     *
     * @param newResidual bytes the command wanted to move beyond EDTL (positive, overflow), or fewer (negative, underflow)
     */
    void set(int newStatus, byte[] newSense, long newResidual, @Nullable Lent newDataIn) {
        known = true;
        status = newStatus;
        sense = newSense;
        residual = newResidual;
        dataIn = newDataIn;
    }

    /** It has not ended. */
    void clear() {
        known = false;
        sense = NO_SENSE;
        dataIn = null;
    }

    /** Itself, if the command has ended. */
    Ending known() {
        if (!known) {
            throw new IllegalStateException("no status to send");
        }
        return this;
    }

    Transfer transfer() {
        return transfer;
    }

    int status() {
        return status;
    }

    byte[] sense() {
        return sense;
    }

    long residual() {
        return residual;
    }

    @Nullable
    Lent dataIn() {
        return dataIn;
    }
}
