package dev.sandstone.daemon.api;

import org.jspecify.annotations.Nullable;

/** A management operation that was refused or failed: what, why, and what to do about it, for a person. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String why;
    private final String fix;

    /**
     * @param what what happened, e.g. {@code no volume "db1"}
     * @param why its cause
     * @param fix what a person can do
     */
    public ApiException(ErrorCode code, String what, String why, String fix) {
        this(code, what, why, fix, null);
    }

    public ApiException(ErrorCode code, String what, String why, String fix, @Nullable Throwable cause) {
        super(what, cause);
        this.code = code;
        this.why = why;
        this.fix = fix;
    }

    public ErrorCode code() {
        return code;
    }

    public String what() {
        String message = getMessage();
        return message == null ? code.wire() : message;
    }

    public String why() {
        return why;
    }

    public String fix() {
        return fix;
    }

    public Problem problem() {
        return new Problem("urn:sandstone:problem:" + code.wire(), what(), code.status(), code.wire(), why, fix);
    }
}
