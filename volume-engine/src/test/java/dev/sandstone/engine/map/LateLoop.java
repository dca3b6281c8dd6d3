package dev.sandstone.engine.map;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.loop.ShardLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A loop to which the words of other threads arrive late and in any order, as they may when those threads are slow. */
final class LateLoop implements ShardLoop {
    private final QueueLoop loop = new QueueLoop();
    private final List<Runnable> late = new ArrayList<>();
    private boolean away;

    /** Runs a task as another thread would. */
    void runAway(Runnable task) {
        away = true;
        task.run();
        away = false;
    }

    /** One late word arrives; false when there is none. */
    boolean arrive(Random random) {
        if (late.isEmpty()) {
            return false;
        }
        late.remove(random.nextInt(late.size())).run();
        return true;
    }

    boolean hasLate() {
        return !late.isEmpty();
    }

    QueueLoop queue() {
        return loop;
    }

    @Override
    public boolean inLoop() {
        return !away;
    }

    @Override
    public void execute(Runnable task) {
        if (away) {
            late.add(task);
        } else {
            loop.execute(task);
        }
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return loop.schedule(task, delayNanos);
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }

    @Override
    public long wallClockMicros() {
        return loop.wallClockMicros();
    }
}
