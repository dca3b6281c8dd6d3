package dev.sandstone.iscsi.pdu;

import org.jspecify.annotations.Nullable;

/** RFC 7143 11.13.5: Status-Class (high byte) and Status-Detail of a Login Response. */
public enum LoginStatus {
    SUCCESS(0x0000),
    TARGET_MOVED_TEMPORARILY(0x0101),
    TARGET_MOVED_PERMANENTLY(0x0102),
    /** Miscellaneous initiator errors: what the login says breaks a rule. */
    INITIATOR_ERROR(0x0200),
    AUTHENTICATION_FAILURE(0x0201),
    AUTHORIZATION_FAILURE(0x0202),
    NOT_FOUND(0x0203),
    TARGET_REMOVED(0x0204),
    UNSUPPORTED_VERSION(0x0205),
    TOO_MANY_CONNECTIONS(0x0206),
    MISSING_PARAMETER(0x0207),
    CANNOT_INCLUDE_IN_SESSION(0x0208),
    SESSION_TYPE_NOT_SUPPORTED(0x0209),
    SESSION_DOES_NOT_EXIST(0x020a),
    INVALID_DURING_LOGIN(0x020b),
    TARGET_ERROR(0x0300),
    SERVICE_UNAVAILABLE(0x0301),
    OUT_OF_RESOURCES(0x0302);

    private final int code;

    LoginStatus(int code) {
        this.code = code;
    }

    /** Both bytes, the class in the high one. */
    public int code() {
        return code;
    }

    /** The status with that code, or null when RFC 7143 names none. */
    public static @Nullable LoginStatus of(int code) {
        for (LoginStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        return null;
    }
}
