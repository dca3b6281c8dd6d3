package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is kept with a volume through restarts: in force is what is on stable storage. Changes are decided one after
 * the other, each on what the one before made. One that throws ends with IO_ERROR, and those behind it have their turn.
 *
 * <p>Touched on the unit's loop only.
 *
 * @param <T> of the value, which is immutable
 */
final class KeptValue<T> {
    private static final Logger LOG = LoggerFactory.getLogger(KeptValue.class);

    private final Volume volume;
    private final int kind;
    private final Form<T> form;
    private final Deque<Change> waiting = new ArrayDeque<>();
    private @Nullable T value;
    private boolean busy;

    /** How the value is written. */
    interface Form<T> {
        /** @throws IllegalArgumentException when the value cannot be written: the change to it fails */
        byte[] encode(T value);

        /** @param kept what was kept last; null: nothing ever was */
        T restore(byte @Nullable [] kept);
    }

    /** @param kind which annex of the volume is this value's */
    KeptValue(Volume volume, int kind, Form<T> form) {
        this.volume = volume;
        this.kind = kind;
        this.form = form;
    }

    /** What is in force. */
    T now() {
        T known = value;
        if (known == null) {
            known = form.restore(volume.annex(kind));
            value = known;
        }
        return known;
    }

    /**
     * Changes the value.
     *
     * @param decision is asked once, when its turn comes; gives the value from then on, null when nothing changes
     * @param done OK when that is in force; else nothing has changed
     */
    void change(Function<T, ? extends @Nullable T> decision, Completion done) {
        waiting.add(new Change(decision, done));
        next();
    }

    private void next() {
        while (!busy && !waiting.isEmpty()) {
            busy = true;
            waiting.remove().decide();
        }
    }

    private final class Change implements Completion {
        private final Function<T, ? extends @Nullable T> decision;
        private final Completion asker;
        private @Nullable T after;
        private boolean over;

        Change(Function<T, ? extends @Nullable T> decision, Completion asker) {
            this.decision = decision;
            this.asker = asker;
        }

        void decide() {
            try {
                T decided = decision.apply(now());
                after = decided;
                if (decided == null) {
                    end(EngineStatus.OK, 0);
                } else {
                    volume.keepAnnex(kind, form.encode(decided), this);
                }
            } catch (RuntimeException e) {
                if (over) {
                    throw e;
                }
                LOG.error("volume {}: annex {} is not changed", volume.id(), kind, e);
                end(EngineStatus.IO_ERROR, 0);
            }
        }

        @Override
        public void done(EngineStatus status, long detail) {
            if (over) {
                throw new IllegalStateException("completed twice, or thrown and completed");
            }
            if (status == EngineStatus.OK) {
                value = after;
            }
            end(status, detail);
        }

        private void end(EngineStatus status, long detail) {
            over = true;
            busy = false;
            try {
                asker.done(status, detail);
            } finally {
                next();
            }
        }
    }
}
