package dev.sandstone.iscsi.session;

import java.util.concurrent.atomic.LongAdder;

/** What all portals of a server did since its start. Any thread may add and read. */
public final class IscsiCounters {
    private final LongAdder connections = new LongAdder();
    private final LongAdder logins = new LongAdder();
    private final LongAdder loginFailures = new LongAdder();
    private final LongAdder commands = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder bytesCopied = new LongAdder();
    private final LongAdder digestErrors = new LongAdder();
    private final LongAdder rejects = new LongAdder();

    /** Connections accepted. */
    public LongAdder connections() {
        return connections;
    }

    /** Sessions that reached full feature phase. */
    public LongAdder logins() {
        return logins;
    }

    /** Logins answered with a status other than success. */
    public LongAdder loginFailures() {
        return loginFailures;
    }

    /** SCSI commands taken. */
    public LongAdder commands() {
        return commands;
    }

    /** Bytes read from sockets. */
    public LongAdder bytesIn() {
        return bytesIn;
    }

    /** Bytes handed to sockets. */
    public LongAdder bytesOut() {
        return bytesOut;
    }

    /** Bytes of data copied between two buffers, on their way from a socket or to one; without what changes loops. */
    public LongAdder bytesCopied() {
        return bytesCopied;
    }

    /** Header and data digests that did not match. */
    public LongAdder digestErrors() {
        return digestErrors;
    }

    /** Reject PDUs sent. */
    public LongAdder rejects() {
        return rejects;
    }
}
