package dev.sandstone.engine.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The frames of a {@link BlockCache}, of one block each, and what is known of them. Grows up to a bound. */
final class Frames {
    /** More than 2 TiB is not asked for. */
    static final int MOST = 1 << 29;

    private static final int FIRST = 1024;

    private final FrameMemory memory;
    private final int most;
    private long[] places = new long[0];
    private int[] checksums = new int[0];
    private byte[] uses = new byte[0];
    /** Written by the cache's thread. */
    private volatile int size;

    Frames(int most) {
        memory = FrameMemory.of(most);
        this.most = memory.frames();
    }

    /** How many there may be. */
    int most() {
        return most;
    }

    int size() {
        return size;
    }

    /** Memory taken; any thread. */
    long bytes() {
        return (long) size * BlockCache.BLOCK_BYTES;
    }

    /** One more; NONE when there are as many as there may be. */
    int add() {
        int frame = size;
        if (frame == most) {
            return PlaceTable.NONE;
        }
        if (frame == places.length) {
            int wanted = Math.min(most, Math.max(FIRST, 2 * frame));
            places = Arrays.copyOf(places, wanted);
            checksums = Arrays.copyOf(checksums, wanted);
            uses = Arrays.copyOf(uses, wanted);
        }
        size = frame + 1;
        return frame;
    }

    /** From now on the frame is what lies there. */
    void name(int frame, long place, int checksum, int unused) {
        places[frame] = place;
        checksums[frame] = checksum;
        uses[frame] = (byte) unused;
    }

    long place(int frame) {
        return places[frame];
    }

    int checksum(int frame) {
        return checksums[frame];
    }

    int uses(int frame) {
        return uses[frame];
    }

    void uses(int frame, int count) {
        uses[frame] = (byte) count;
    }

    /** The frame's bytes, from position to limit; until the next call. */
    ByteBuffer window(int frame) {
        return memory.window(frame);
    }

    /** Copies the frame to {@code at}; position and limit of the target stay. */
    void copy(int frame, ByteBuffer into, int at) {
        memory.copy(frame, into, at);
    }
}
