package dev.sandstone.engine.store;

/** Which kind of records a segment takes; data of like age lies together, so that cleaning moves little. */
public enum LogStream {
    /** What initiators write, and the pool's own changes. */
    USER(0),
    /** What cleaning moved once. */
    CLEAN1(1),
    /** What cleaning moved again. */
    CLEAN2(2);

    private static final LogStream[] ALL = values();

    private final int code;

    LogStream(int code) {
        this.code = code;
    }

    /** The code on disk; also a dense index. */
    public int code() {
        return code;
    }

    /** The stream of a code on disk. */
    static LogStream of(int code) {
        if (code < 0 || code >= ALL.length) {
            throw new IllegalArgumentException("unknown stream " + code);
        }
        return ALL[code];
    }
}
