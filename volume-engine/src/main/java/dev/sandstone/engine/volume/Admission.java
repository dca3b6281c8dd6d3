package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.space.SpaceGovernor;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The door of the log: lets a record in when there is room for it in memory, in the map and on the disk.
 *
 * <p>Memory: at most {@link #MOST_BYTES} of records may be not yet durable; so much can a crash take from a write-back
 * volume. Map: not while folding lags behind. Disk: a ticket of the {@link SpaceGovernor}. Who has to wait for the first
 * two waits in order of arrival. Whoever was admitted must say {@link #left} once.
 *
 * <p>Confined to the shard's loop.
 */
final class Admission {
    /** Most bytes of records that are not durable. */
    static final long MOST_BYTES = 64L << 20;

    private static final long RESERVED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ShardLoop loop;
    private final BlockMap map;
    private final SpaceGovernor governor;
    private final ArrayDeque<Applicant> waiting = new ArrayDeque<>();
    private final ArrayDeque<Applicant> reserved = new ArrayDeque<>();
    private final Runnable wanting;
    private final Runnable relieved = this::relieved;
    private long inside;
    private boolean awaitingRelief;
    private boolean serving;

    /** @param wanting run when a record begins to wait for space */
    Admission(ShardLoop loop, BlockMap map, SpaceGovernor governor, Runnable wanting) {
        this.loop = loop;
        this.map = map;
        this.governor = governor;
        this.wanting = wanting;
    }

    /** How a record waits where it cannot come in at once. */
    private enum Manner {
        /** In order of arrival. */
        USUAL,
        /** Before all that wait. */
        FIRST,
        /** Not for space. */
        NOW,
        /** Before all that wait, and it may use a part of the reserve. */
        DISPLACING
    }

    /** A record that wants in: part of its operation, reused with it. */
    abstract static class Applicant implements SpaceGovernor.Waiter {
        private long payloadBytes;
        private Manner manner = Manner.USUAL;
        private @Nullable Admission door;
        /** Counts the requests, so that a timer knows whether its own still waits. */
        private int asked;

        /** The record may be appended now, or why not. Called once for each request, perhaps within it. */
        abstract void admitted(EngineStatus status);

        @Override
        public final void admitted(SpaceGovernor.Admission how) {
            if (how != SpaceGovernor.Admission.GRANTED && door != null) {
                door.inside -= payloadBytes;
                door.serve();
            }
            admitted(
                    switch (how) {
                        case GRANTED -> EngineStatus.OK;
                        case BUSY -> EngineStatus.BUSY;
                        case EXHAUSTED -> EngineStatus.SPACE_EXHAUSTED;
                    });
        }
    }

    /** Asks to be let in with a record of that payload. */
    void request(Applicant applicant, long payloadBytes) {
        request(applicant, payloadBytes, Manner.USUAL);
    }

    /**
     * Asks before all that wait: for a change of volumes or snapshots, which is small, and of which there is one at a time;
     * and for a COMPARE AND WRITE, of which there are no more than buffers for it: hosts keep their locks by them.
     */
    void requestFirst(Applicant applicant, long payloadBytes) {
        request(applicant, payloadBytes, Manner.FIRST);
    }

    /** The same without waiting for space: where the disk has no room now the answer is SPACE_EXHAUSTED, whatever comes later. */
    void requestNow(Applicant applicant, long payloadBytes) {
        request(applicant, payloadBytes, Manner.NOW);
    }

    /** Asks as {@link #requestFirst} does for what {@link #tryDisplacing} did not let in: its own garbage is to be cleaned first. */
    void requestDisplacing(Applicant applicant, long payloadBytes) {
        request(applicant, payloadBytes, Manner.DISPLACING);
    }

    /**
     * Lets a record in that takes the place of as much data, at once or not at all: it may use a part of the reserve, for what
     * it displaces usually comes back.
     */
    boolean tryDisplacing(long payloadBytes) {
        if (map.failure() != null
                || !room(payloadBytes)
                || !governor.takeDisplacing(SpaceGovernor.cost(payloadBytes))) {
            return false;
        }
        inside += payloadBytes;
        wanting.run();
        return true;
    }

    private void request(Applicant applicant, long payloadBytes, Manner manner) {
        boolean first = manner != Manner.USUAL;
        applicant.payloadBytes = payloadBytes;
        applicant.manner = manner;
        applicant.door = this;
        if (map.failure() != null) {
            applicant.admitted(EngineStatus.IO_ERROR);
        } else if ((first || waiting.isEmpty()) && room(payloadBytes)) {
            enter(applicant);
        } else if (first) {
            waiting.addFirst(applicant);
            awaitRelief();
        } else {
            waiting.addLast(applicant);
            awaitRelief();
        }
    }

    /**
     * Asks for a record that gives space back: it may use the reserve, and when even that is in use it waits for the
     * cleaner, past all others.
     */
    void requestReserved(Applicant applicant, long payloadBytes) {
        applicant.payloadBytes = payloadBytes;
        applicant.door = this;
        if (map.failure() != null) {
            // Nothing will be cleaned any more: waiting for it would end as if the pool were only full.
            applicant.admitted(EngineStatus.IO_ERROR);
            return;
        }
        reserved.add(applicant);
        freed();
        if (reserved.contains(applicant)) {
            int request = applicant.asked;
            loop.schedule(() -> expire(applicant, request), RESERVED_NANOS);
            wanting.run();
        }
    }

    private void expire(Applicant applicant, int request) {
        if (applicant.asked == request && reserved.remove(applicant)) {
            applicant.admitted(map.failure() == null ? EngineStatus.BUSY : EngineStatus.IO_ERROR);
        }
    }

    /** Whether what gives space back waits until some comes. */
    boolean waitsForReserve() {
        return !reserved.isEmpty();
    }

    /** There may be more space than before. */
    void freed() {
        while (!reserved.isEmpty() && governor.takeReserved(SpaceGovernor.cost(reserved.element().payloadBytes))) {
            Applicant next = reserved.remove();
            inside += next.payloadBytes;
            next.asked++;
            next.admitted(EngineStatus.OK);
        }
    }

    /** The record is durable, has failed, or was given up: its room and its ticket come back. */
    void left(long payloadBytes) {
        inside -= payloadBytes;
        governor.giveBack(SpaceGovernor.cost(payloadBytes));
        freed();
        serve();
    }

    /** Whether the map's own disk has room for what is not urgent. */
    boolean mapHasRoom() {
        return governor.metadataFits();
    }

    private boolean room(long payloadBytes) {
        return (inside == 0 || inside + payloadBytes <= MOST_BYTES) && !map.pressed();
    }

    private void serve() {
        if (serving) {
            return;
        }
        serving = true;
        while (!waiting.isEmpty() && map.failure() != null) {
            waiting.remove().admitted(EngineStatus.IO_ERROR);
        }
        while (!waiting.isEmpty() && room(waiting.element().payloadBytes)) {
            enter(waiting.remove());
        }
        serving = false;
        awaitRelief();
    }

    /** The ticket is asked for inside: a record that waits for space keeps its room in memory. */
    private void enter(Applicant applicant) {
        inside += applicant.payloadBytes;
        long cost = SpaceGovernor.cost(applicant.payloadBytes);
        if (governor.tryTake(cost)) {
            applicant.admitted(EngineStatus.OK);
            return;
        }
        switch (applicant.manner) {
            case USUAL -> governor.take(cost, applicant);
            case FIRST -> governor.takeFirst(cost, applicant);
            case NOW -> {
                applicant.admitted(SpaceGovernor.Admission.EXHAUSTED);
                return;
            }
            case DISPLACING -> governor.takeDisplacingFirst(cost, applicant);
        }
        wanting.run();
    }

    private void awaitRelief() {
        if (!waiting.isEmpty() && !awaitingRelief && map.pressed()) {
            awaitingRelief = true;
            map.onRelief(relieved);
        }
    }

    private void relieved() {
        awaitingRelief = false;
        serve();
    }
}
