package dev.sandstone.scsi.access;

import org.jspecify.annotations.Nullable;

/** Asymmetric access states that this device has (SPC-4 5.15.2.4). Commands are served the same in both. */
public enum AccessState {
    ACTIVE_OPTIMIZED(0x0),
    ACTIVE_NON_OPTIMIZED(0x1);

    private final int code;

    AccessState(int code) {
        this.code = code;
    }

    /** The state of a field's value; null for those that the device has not. */
    public static @Nullable AccessState of(int code) {
        for (AccessState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        return null;
    }

    /** ASYMMETRIC ACCESS STATE. */
    public int code() {
        return code;
    }
}
