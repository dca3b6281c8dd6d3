package dev.sandstone.iscsi.session;

import org.jspecify.annotations.Nullable;

/** A request that waits for its place in CmdSN order. Ends by exactly one of its first two methods. */
interface Turn {
    /** Its place has come. */
    void run();

    /** It will not be executed: gives back what it holds. */
    void cancel();

    /** The connection with whose end it ends too; null for none. */
    @Nullable
    Connection connection();
}
