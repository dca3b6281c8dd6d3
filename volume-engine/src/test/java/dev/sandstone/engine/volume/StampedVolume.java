package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A volume whose every block of 4 KiB holds bytes made from a number, so that no copy of them is needed. Many blocks are
 * written at once, never the same one twice. For a thread that is not the loop.
 */
final class StampedVolume {
    static final int BYTES = 4096;

    private static final int SECTORS = BYTES / VolumeSpec.BLOCK_BYTES;
    private static final int READ_BLOCKS = 256;
    private static final int MOST_BUSY = 100_000;
    private static final long LIMIT_SECONDS = 300;

    private final Volume volume;
    private final long[] stamps;
    private long made;

    StampedVolume(Volume volume) {
        this.volume = volume;
        stamps = new long[Math.toIntExact(volume.blocks() / SECTORS)];
    }

    /** The same volume of a pool that was opened again. */
    StampedVolume(StampedVolume before, Volume volume) {
        this.volume = volume;
        stamps = before.stamps;
        made = before.made;
    }

    /** The same volume of a copy of the pool, which goes on by itself. */
    StampedVolume copy(Volume of) {
        StampedVolume copy = new StampedVolume(of);
        System.arraycopy(stamps, 0, copy.stamps, 0, stamps.length);
        copy.made = made;
        return copy;
    }

    Volume volume() {
        return volume;
    }

    int blocks() {
        return stamps.length;
    }

    /** What the blocks hold now; 0 for nothing. */
    long[] content() {
        return stamps.clone();
    }

    private static void fill(ByteBuffer bytes, long stamp) {
        for (int at = 0; at < bytes.capacity(); at += Long.BYTES) {
            bytes.putLong(at, stamp == 0 ? 0 : stamp * 0x9E3779B97F4A7C15L + at);
        }
    }

    /** Writes the blocks in this order, so many at once, until all are written or one finds no room; answers how many were. */
    int write(List<Integer> order, int depth) throws Exception {
        Writing writing = new Writing(order, depth);
        for (int i = 0; i < depth; i++) {
            volume.loop().execute(writing.new Place()::next);
        }
        return writing.all.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Writes the blocks, for which there is room. */
    void writeAll(List<Integer> order, int depth) throws Exception {
        int written = write(order, depth);
        if (written < order.size()) {
            throw new AssertionError("no room for " + order.size() + " writes, only for " + written);
        }
    }

    /** One block in so many, in any order. */
    List<Integer> some(int oneIn, Random random) {
        List<Integer> some = new ArrayList<>(IntStream.range(0, stamps.length)
                .filter(block -> random.nextInt(oneIn) == 0)
                .boxed()
                .toList());
        Collections.shuffle(some, random);
        return some;
    }

    /** Confined to the loop. */
    private final class Writing {
        private final CompletableFuture<Integer> all = new CompletableFuture<>();
        private final List<Integer> order;
        private int placesLeft;
        private int started;
        private int written;
        private int busy;
        private boolean full;

        Writing(List<Integer> order, int depth) {
            this.order = order;
            placesLeft = depth;
        }

        private final class Place {
            private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);

            void next() {
                if (full || started == order.size()) {
                    if (--placesLeft == 0) {
                        all.complete(written);
                    }
                    return;
                }
                long stamp = ++made;
                fill(bytes, stamp);
                write(order.get(started++), stamp);
            }

            private void write(int block, long stamp) {
                volume.write((long) block * SECTORS, bytes, false, (status, detail) -> {
                    // What comes next may end at once: not on this stack.
                    if (status == EngineStatus.BUSY && ++busy < MOST_BUSY) {
                        volume.loop().execute(() -> write(block, stamp));
                        return;
                    }
                    if (status == EngineStatus.OK) {
                        stamps[block] = stamp;
                        written++;
                    } else if (status == EngineStatus.SPACE_EXHAUSTED) {
                        full = true;
                    } else {
                        all.completeExceptionally(new AssertionError("a write ended with " + status));
                    }
                    volume.loop().execute(this::next);
                });
            }
        }
    }

    /** Gives blocks back, which never fails. */
    void unmap(List<Integer> blocks) {
        List<BlockRange> ranges = blocks.stream()
                .map(block -> new BlockRange((long) block * SECTORS, SECTORS))
                .toList();
        EngineStatus status =
                SyncVolume.await(done -> volume.unmap(ranges, done)).status();
        if (status != EngineStatus.OK) {
            throw new AssertionError("I19: UNMAP ended with " + status);
        }
        blocks.forEach(block -> stamps[block] = 0);
    }

    /** The volume holds what was written. */
    void verify() {
        verify(volume, stamps);
    }

    /** This volume or view holds that. */
    static void verify(Volume shown, long[] content) {
        BitSet lost = lost(shown, content);
        if (!lost.isEmpty()) {
            throw new AssertionError("blocks " + lost + " of " + shown.id() + " are lost");
        }
    }

    /** Which blocks read as MEDIUM ERROR; all others of this volume or view hold that. */
    static BitSet lost(Volume shown, long[] content) {
        Look look = new Look(shown, content);
        for (int block = 0; block < content.length; block += READ_BLOCKS) {
            look.at(block, Math.min(READ_BLOCKS, content.length - block));
        }
        return look.lost;
    }

    private static final class Look {
        private final Volume shown;
        private final long[] content;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BLOCKS * BYTES);
        private final ByteBuffer expected = ByteBuffer.allocateDirect(BYTES);
        private final BitSet lost = new BitSet();

        Look(Volume shown, long[] content) {
            this.shown = shown;
            this.content = content;
        }

        void at(int block, int count) {
            long lba = (long) block * SECTORS;
            EngineStatus status = SyncVolume.await(done -> shown.read(lba, bytes.slice(0, count * BYTES), done))
                    .status();
            if (status == EngineStatus.OK) {
                compare(block, count);
            } else if (status != EngineStatus.MEDIUM_ERROR) {
                throw new AssertionError("a read at block " + block + " ended with " + status);
            } else if (count == 1) {
                lost.set(block);
            } else {
                at(block, count / 2);
                at(block + count / 2, count - count / 2);
            }
        }

        private void compare(int block, int count) {
            for (int i = 0; i < count; i++) {
                fill(expected, content[block + i]);
                if (!expected.equals(bytes.slice(i * BYTES, BYTES))) {
                    throw new AssertionError("block " + (block + i) + " does not hold write " + content[block + i]);
                }
            }
        }
    }
}
