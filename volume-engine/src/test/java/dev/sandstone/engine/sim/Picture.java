package dev.sandstone.engine.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a moment of a volume may hold: of each sector the changes that were possible when it was asked for and those begun
 * until it was there. What is once seen in it is in it for good.
 */
final class Picture {
    private static final long UNSEEN = -2;

    private final String name;
    private final VolumeOracle of;
    private final long began;
    private final List<Set<Long>> possible;
    private final long[] seen;
    private boolean closed;

    Picture(String name, VolumeOracle of, long tick) {
        this.name = name;
        this.of = of;
        began = tick;
        possible = new ArrayList<>(of.blocks());
        for (List<Change> sector : of.possible(0, of.blocks())) {
            Set<Long> ids = new HashSet<>();
            sector.forEach(change -> ids.add(change.zeros() ? Content.ZERO : change.id()));
            possible.add(ids);
        }
        seen = new long[possible.size()];
        Arrays.fill(seen, UNSEEN);
    }

    /** The same moment for another one who asks for it. */
    Picture(String name, Picture other) {
        this.name = name;
        of = other.of;
        began = other.began;
        possible = other.possible;
        seen = other.seen.clone();
        closed = other.closed;
    }

    int blocks() {
        return seen.length;
    }

    /** It is there, or power was lost: nothing that begins later is in it. */
    void close() {
        if (!closed) {
            closed = true;
            of.begunSince(began, (change, lba, count) -> {
                for (int i = lba; i < Math.min(lba + count, seen.length); i++) {
                    possible.get(i).add(change.zeros() ? Content.ZERO : change.id());
                }
            });
        }
    }

    /** These bytes were read of it. */
    void judge(int lba, ByteBuffer bytes) {
        for (int i = lba; i < lba + bytes.remaining() / Content.SECTOR; i++) {
            long id = Content.operation(bytes, (i - lba) * Content.SECTOR, i);
            boolean right = seen[i] == UNSEEN ? possible.get(i).contains(id) : seen[i] == id;
            if (!right) {
                throw new SimProblem(name + " sector " + i + " shows #" + id + "; possible: "
                        + (seen[i] == UNSEEN ? possible.get(i) : "#" + seen[i] + ", which it has shown"));
            }
            seen[i] = id;
        }
    }

    /** Whether each sector was read, or can show one change only. */
    boolean isCertain() {
        for (int i = 0; i < seen.length; i++) {
            if (seen[i] == UNSEEN && (!closed || possible.get(i).size() > 1)) {
                return false;
            }
        }
        return true;
    }

    /** What is in each sector, when that is certain. */
    long[] ids() {
        if (!isCertain()) {
            throw new IllegalStateException(name + " was not read");
        }
        long[] ids = seen.clone();
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ids[i] == UNSEEN ? possible.get(i).iterator().next() : ids[i];
        }
        return ids;
    }
}
