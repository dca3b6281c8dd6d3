package dev.sandstone.engine.volume;

import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.PoolFileIo;
import dev.sandstone.engine.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pool of one image file that is damaged in one place while it is closed, and in some more while it is open, each time anew
 * from what a pool that was closed in order had left. What is read is right or a MEDIUM ERROR, or the pool is not opened: never
 * wrong; and damage that nothing of all that told of was repaired.
 */
final class DamagedDisk {
    private static final int BLOCKS = 448;
    private static final int DEPTH = 8;
    private static final int CUTS_ONE_IN = 4;
    private static final long LIMIT_SECONDS = 30;
    private static final VolumeId ID = new VolumeId(new UUID(4, 4));
    private static final SnapshotId SNAPSHOT = new SnapshotId(new UUID(4, 5));

    private final Path array;
    private final Path whole;
    private final Path image;
    private final Random random;
    private final Damages damages;
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private final DiskImage older;
    private final DiskImage before;
    private final StampedVolume written;
    private final long[] kept;
    private int lives;

    /** What became of a damaged pool. */
    enum Outcome {
        REFUSED,
        LOST_BLOCKS,
        /** No block was lost: the damage was repaired, or scrub or verifier told of it. */
        WHOLE
    }

    /** The pool as it was, with two lives behind it. */
    DamagedDisk(Path folder, long seed) throws Exception {
        Path all = Files.createDirectories(folder).toRealPath();
        random = new Random(seed);
        damages = new Damages(random);
        array = all.resolve("array");
        whole = all.resolve("whole");
        image = Disks.image(all.resolve("d"));
        FilePool.format(List.of(image), Damages.DISK_BYTES, Damages.SEGMENT_BYTES, random);
        StampedVolume volume;
        try (FilePool opened = open()) {
            long sectors = (long) BLOCKS * StampedVolume.BYTES / VolumeSpec.BLOCK_BYTES;
            volume = new StampedVolume(
                    FilePool.get(opened.pool().create(new VolumeSpec(ID, sectors, WritePolicy.DURABLE))));
            volume.writeAll(volume.some(1, random), DEPTH);
            volume.writeAll(volume.some(2, random), DEPTH);
        }
        older = damages.image(image);
        try (FilePool opened = open()) {
            volume = new StampedVolume(volume, opened.pool().volume(ID).orElseThrow());
            volume.writeAll(volume.some(2, random), DEPTH);
            FilePool.get(opened.pool().timeline().take(List.of(new Timeline.SnapshotSpec(SNAPSHOT, ID))));
            kept = volume.content();
            volume.writeAll(volume.some(2, random), DEPTH);
            volume.unmap(volume.some(20, random));
        }
        written = volume;
        before = damages.image(image);
        FolderCopy.copy(array, whole);
    }

    private FilePool open() throws Exception {
        return FilePool.open(array, List.of(image), PoolFileIo::open, random);
    }

    Damages damages() {
        return damages;
    }

    Map<Outcome, Integer> outcomes() {
        return outcomes;
    }

    /** Damages the closed pool in one place, and the open one in some more; then it is closed and opened once more. */
    void life(int more) throws Exception {
        FolderCopy.delete(array);
        FolderCopy.copy(whole, array);
        Files.write(image, before.bytes());
        int kind = lives++ % CUTS_ONE_IN;
        Damages.Hit hit = damages.inflict(image, older, 1, kind == 0);
        FilePool opened = openedWhenLong();
        if (opened == null) {
            count(Outcome.REFUSED);
            return;
        }
        StampedVolume volume;
        try (opened) {
            volume = written.copy(opened.pool().volume(ID).orElseThrow());
            count(judge(opened, volume, hit, before));
            DiskImage now = damages.image(image);
            hit = damages.inflict(image, older, more, kind == CUTS_ONE_IN / 2);
            judge(opened, volume, hit, now);
            volume.writeAll(volume.some(6, random), DEPTH);
            look(opened.pool(), volume);
        }
        FilePool again = openedWhenLong();
        if (again == null) {
            count(Outcome.REFUSED);
            return;
        }
        try (again) {
            volume = new StampedVolume(volume, again.pool().volume(ID).orElseThrow());
            int lost = look(again.pool(), volume);
            count(lost > 0 ? Outcome.LOST_BLOCKS : Outcome.WHOLE);
            heal(again.pool(), volume);
        }
    }

    private void count(Outcome outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    /** Null when it is refused. */
    private @Nullable FilePool opened() throws Exception {
        try {
            return open();
        } catch (StoreException refused) {
            return null;
        }
    }

    /** A file that was cut short is refused until it has its size again. */
    private @Nullable FilePool openedWhenLong() throws Exception {
        if (Files.size(image) < Damages.DISK_BYTES) {
            FilePool opened = opened();
            if (opened != null) {
                opened.close();
                throw new AssertionError("the disk was cut short to " + Files.size(image) + " bytes and was opened");
            }
            Damages.restoreSize(image, Damages.DISK_BYTES);
        }
        return opened();
    }

    /** Something must tell of the damage, unless it was repaired or nothing depends on what was hit any more. */
    private Outcome judge(FilePool opened, StampedVolume volume, Damages.Hit hit, DiskImage was) throws Exception {
        int lost = look(opened.pool(), volume);
        boolean told = opened.scrub().damaged() > 0;
        told |= !FilePool.get(opened.pool().check()).isEmpty();
        if (lost > 0 || told) {
            return lost > 0 ? Outcome.LOST_BLOCKS : Outcome.WHOLE;
        }
        // What the scrub found last is still being repaired, and a segment in which nothing is alive is on its way
        // back.
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        BitSet silent = silent(hit, was);
        while (!silent.isEmpty() && System.nanoTime() < limit) {
            Thread.sleep(1);
            silent = silent(hit, was);
        }
        if (!silent.isEmpty()) {
            throw new AssertionError("blocks " + silent + " of the disk were damaged, and nothing tells");
        }
        return Outcome.WHOLE;
    }

    /** Blocks that were damaged and are now. */
    private BitSet silent(Damages.Hit hit, DiskImage was) throws Exception {
        DiskImage now = damages.image(image);
        BitSet silent = (BitSet) hit.blocks().clone();
        silent.set(Math.toIntExact(hit.size() / DiskImage.BLOCK), was.blocks());
        silent.and(was.used());
        for (int block = silent.nextSetBit(0); block >= 0; block = silent.nextSetBit(block + 1)) {
            silent.set(block, block >= now.blocks() || !isRepaired(was, now, block));
        }
        return silent;
    }

    /** Or its segment was given back, for nothing in it was alive; a footer may have been made anew when the pool was opened. */
    private boolean isRepaired(DiskImage was, DiskImage now, int block) {
        int slot = now.slotOf(block);
        if (slot < 0) {
            return now.hasWholeSuperblock();
        }
        return now.sameBlockOrResealed(was, block) || !now.sameBytes(was, now.slot(slot), now.slot(slot), 32);
    }

    /** How many blocks are lost, of the volume and of its snapshot; all others are right. */
    private int look(Pool pool, StampedVolume volume) throws Exception {
        BitSet lost = StampedVolume.lost(volume.volume(), volume.content());
        return lost.cardinality()
                + StampedVolume.lost(FilePool.get(pool.timeline().view(SNAPSHOT)), kept)
                        .cardinality();
    }

    /** What was lost can be written again. */
    private void heal(Pool pool, StampedVolume volume) throws Exception {
        List<Integer> lost = StampedVolume.lost(volume.volume(), volume.content()).stream()
                .boxed()
                .toList();
        volume.writeAll(lost, DEPTH);
        volume.verify();
        look(pool, volume);
    }
}
