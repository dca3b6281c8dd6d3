package dev.sandstone.engine.sim;

/** The machine lost power within a call that blocks. An Error, so that nothing on the way takes it for a failure. */
final class SimCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimCrash() {
        super("power lost", null, false, false);
    }
}
