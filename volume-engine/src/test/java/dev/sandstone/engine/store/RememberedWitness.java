package dev.sandstone.engine.store;

import java.util.List;

/** A witness that outlives the process: it knows the newest generation, and no places. */
public final class RememberedWitness implements Witness {
    private long generation;

    /** One that has seen nothing. */
    public RememberedWitness() {
        this(0);
    }

    public RememberedWitness(long generation) {
        this.generation = generation;
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public List<Place> places() {
        return List.of();
    }

    @Override
    public void saw(long newest, List<Place> places) {
        generation = newest;
    }
}
