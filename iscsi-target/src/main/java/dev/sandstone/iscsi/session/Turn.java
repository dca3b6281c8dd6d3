package dev.sandstone.iscsi.session;

/** A request that waits for its place in CmdSN order. Ends by exactly one of its two methods. */
interface Turn {
    /** Its place has come. */
    void run();

    /** It will not be executed: gives back what it holds. */
    void cancel();
}
