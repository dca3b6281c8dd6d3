package dev.sandstone.daemon.demo;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What the demo writes: chunks of random bytes that follow from a seed, the chunk's number and how often it was
 * written, so that every byte read back is known without keeping any.
 */
final class Content {
    /** Bytes of a chunk; each is written by one command, so it is there wholly or not at all. */
    static final int CHUNK = 256 << 10;

    private static final int BLOCK = 512;

    /** Logical blocks of a chunk. */
    static final int CHUNK_BLOCKS = CHUNK / BLOCK;

    private final long seed;

    Content(long seed) {
        this.seed = seed;
    }

    /** @param version 0: never written, zeros */
    byte[] chunk(int number, int version) {
        byte[] bytes = new byte[CHUNK];
        if (version == 0) {
            return bytes;
        }
        SplittableRandom random = new SplittableRandom(seed + 1_000_003L * number + version);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            buffer.putLong(random.nextLong());
        }
        return bytes;
    }

    boolean matches(byte[] read, int number, int version) {
        return Arrays.equals(read, chunk(number, version));
    }

    static long lba(int number) {
        return (long) number * CHUNK_BLOCKS;
    }
}
