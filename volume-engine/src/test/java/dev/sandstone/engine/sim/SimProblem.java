package dev.sandstone.engine.sim;

/** The engine broke a promise; the message says which. */
final class SimProblem extends Error {
    private static final long serialVersionUID = 1L;

    SimProblem(String message) {
        super(message);
    }
}
