package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/**
 * A volume and the bytes it must hold: each step does the same random thing to both, then compares.
 *
 * <p>Sizes and places go down to 512 bytes and favour what is hard: parts of 4 KiB blocks, neighbours, the ends of the
 * volume, the edges of a leaf (256 blocks of 4 KiB).
 */
final class ReferenceVolume {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int LEAF = 256 * 8;

    private final String name;
    private final Random random;
    private SyncVolume volume;
    private byte[] bytes;

    ReferenceVolume(String name, Volume volume, Random random) {
        this.name = name;
        this.volume = new SyncVolume(volume);
        this.random = random;
        this.bytes = new byte[Math.toIntExact(volume.blocks() * BLOCK)];
    }

    /** What it holds. */
    byte[] bytes() {
        return bytes.clone();
    }

    /** The volume holds something else now. */
    void becomes(byte[] other) {
        bytes = other.clone();
        assertThat(volume.volume().blocks()).as(name).isEqualTo(blocks());
    }

    VolumeId id() {
        return volume.volume().id();
    }

    /** The pool was opened again. */
    void reopened(Volume again) {
        assertThat(again.blocks()).isEqualTo(blocks());
        volume = new SyncVolume(again);
    }

    void resized(long blocks) {
        bytes = Arrays.copyOf(bytes, Math.toIntExact(blocks * BLOCK));
        assertThat(volume.volume().blocks()).isEqualTo(blocks);
    }

    long blocks() {
        return bytes.length / BLOCK;
    }

    SyncVolume volume() {
        return volume;
    }

    void step(int maxBlocks) {
        int lba = place();
        int count = (int) Math.min(blocks() - lba, size(maxBlocks));
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> write(lba, count);
            case 4, 5, 6 -> compare(lba, count);
            case 7 -> unmap(lba, count);
            case 8 -> zero(lba, count);
            case 9, 10 -> compareAndWrite(lba, Math.min(count, 256));
            default -> assertThat(volume.flush().status()).isEqualTo(EngineStatus.OK);
        }
    }

    void compareAll() {
        int chunk = 2048;
        for (int lba = 0; lba < blocks(); lba += chunk) {
            compare(lba, (int) Math.min(chunk, blocks() - lba));
        }
    }

    private int place() {
        int end = (int) blocks();
        int lba = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(end);
            case 1 -> random.nextInt(Math.min(end, 64));
            case 2 -> random.nextInt(end / 8) * 8;
            default -> random.nextInt(end / LEAF + 1) * LEAF - random.nextInt(24);
        };
        return Math.clamp(lba, 0, end - 1);
    }

    private int size(int maxBlocks) {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(16);
            case 1 -> 8;
            case 2 -> 8 * (1 + random.nextInt(Math.max(1, maxBlocks / 8)));
            default -> 1 + random.nextInt(maxBlocks);
        };
    }

    void write(int lba, int count) {
        byte[] data = new byte[count * BLOCK];
        random.nextBytes(data);
        if (random.nextInt(8) == 0) {
            Arrays.fill(data, (byte) 0);
        }
        expectOk("write", lba, count, volume.write(lba, data, random.nextInt(4) == 0));
        System.arraycopy(data, 0, bytes, lba * BLOCK, data.length);
    }

    private void unmap(int lba, int count) {
        expectOk("unmap", lba, count, volume.unmap(new BlockRange(lba, count)));
        Arrays.fill(bytes, lba * BLOCK, (lba + count) * BLOCK, (byte) 0);
    }

    private void zero(int lba, int count) {
        expectOk("write zeros", lba, count, volume.writeZeros(lba, count));
        Arrays.fill(bytes, lba * BLOCK, (lba + count) * BLOCK, (byte) 0);
    }

    private void compareAndWrite(int lba, int count) {
        byte[] expected = Arrays.copyOfRange(bytes, lba * BLOCK, (lba + count) * BLOCK);
        byte[] fresh = new byte[expected.length];
        random.nextBytes(fresh);
        if (random.nextBoolean()) {
            expectOk("compare and write", lba, count, volume.compareAndWrite(lba, expected, fresh));
            System.arraycopy(fresh, 0, bytes, lba * BLOCK, fresh.length);
            return;
        }
        int differs = random.nextInt(expected.length);
        expected[differs] ^= (byte) (1 + random.nextInt(255));
        assertThat(volume.compareAndWrite(lba, expected, fresh))
                .as("%s: compare and write of %d at %d with byte %d wrong", name, count, lba, differs)
                .isEqualTo(new SyncVolume.Outcome(EngineStatus.MISCOMPARE, differs));
    }

    private void compare(int lba, int count) {
        byte[] read = volume.read(lba, count);
        byte[] expected = Arrays.copyOfRange(bytes, lba * BLOCK, (lba + count) * BLOCK);
        int at = Arrays.mismatch(read, expected);
        assertThat(at)
                .as("%s: read of %d at %d differs at byte %d", name, count, lba, at)
                .isEqualTo(-1);
    }

    private void expectOk(String what, int lba, int count, SyncVolume.Outcome outcome) {
        assertThat(outcome.status())
                .as("%s: %s of %d blocks at %d", name, what, count, lba)
                .isEqualTo(EngineStatus.OK);
    }
}
