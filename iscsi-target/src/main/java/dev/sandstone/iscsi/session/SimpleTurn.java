package dev.sandstone.iscsi.session;

/** A request that is answered as soon as its turn comes and occupies the command window no longer. */
final class SimpleTurn implements Turn {
    private final Connection connection;
    private final boolean numbered;
    private final Runnable action;
    private final Runnable release;

    /** A numbered request that holds nothing. */
    SimpleTurn(Connection connection, Runnable action) {
        this(connection, true, action, () -> {});
    }

    /**
     * @param numbered whether it takes a place in the window: not an immediate one
     * @param release gives back what the request holds when it is never executed
     */
    SimpleTurn(Connection connection, boolean numbered, Runnable action, Runnable release) {
        this.connection = connection;
        this.numbered = numbered;
        this.action = action;
        this.release = release;
    }

    @Override
    public void run() {
        if (numbered) {
            connection.window().ended();
        }
        action.run();
    }

    @Override
    public void cancel() {
        release.run();
    }

    @Override
    public Connection connection() {
        return connection;
    }
}
