package dev.sandstone.daemon.api;

/** How a command ends; fixed for scripts. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int INTERNAL = 1;
    public static final int USAGE = 2;
    public static final int NOT_FOUND = 3;
    public static final int CONFLICT = 4;
    public static final int NOT_PERMITTED = 5;
    public static final int CANNOT_CONNECT = 6;
    public static final int TIMEOUT = 7;
    public static final int PARTLY_DONE = 8;
    public static final int NO_SPACE = 9;
    public static final int WOULD_CHANGE = 10;

    private ExitCode() {}
}
