package dev.sandstone.bench.engine;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps some operations under way until so many have ended. They start on the loop, as those of an initiator do. */
public final class Pump {
    private final ShardLoop loop;
    private final int depth;
    private final Operation operation;
    private long left;
    private int underWay;
    private @Nullable CompletableFuture<EngineStatus> ended;
    private EngineStatus worst = EngineStatus.OK;

    /** What is done again and again. */
    @FunctionalInterface
    public interface Operation {
        /** @param place of this one among those under way */
        void start(int place, Completion done);
    }

    public Pump(ShardLoop loop, int depth, Operation operation) {
        this.loop = loop;
        this.depth = depth;
        this.operation = operation;
    }

    /** @throws IllegalStateException when one did not succeed */
    public void run(long count) {
        CompletableFuture<EngineStatus> all = new CompletableFuture<>();
        loop.execute(() -> {
            left = count;
            ended = all;
            for (int i = 0; i < depth; i++) {
                new Place(i).go();
            }
        });
        EngineStatus status = all.join();
        if (status != EngineStatus.OK) {
            throw new IllegalStateException("an operation ended with " + status);
        }
    }

    /** One after the other; an operation may end before its start returns, which must not pile up on the stack. */
    private final class Place implements Completion {
        private final int number;
        private boolean starting;
        private boolean again;

        Place(int number) {
            this.number = number;
        }

        void go() {
            again = true;
            while (again && left > 0) {
                left--;
                underWay++;
                again = false;
                starting = true;
                operation.start(number, this);
                starting = false;
            }
        }

        @Override
        public void done(EngineStatus status, long detail) {
            worst = status == EngineStatus.OK ? worst : status;
            underWay--;
            again = true;
            if (left == 0 && underWay == 0 && ended != null) {
                ended.complete(worst);
            } else if (!starting) {
                go();
            }
        }
    }
}
