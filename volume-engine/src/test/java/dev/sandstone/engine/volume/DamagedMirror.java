package dev.sandstone.engine.volume;

import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.PoolFileIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mirror of two image files, one of which is damaged while the pool is open, and again while it is closed. Each time all
 * that is read is right, before anything was repaired too; after a scrub a second one finds nothing to do, the verifier
 * finds nothing, and once the pool is closed the bytes of both disks are compared.
 */
final class DamagedMirror implements AutoCloseable {
    private static final int BLOCKS = 448;
    private static final int DEPTH = 8;
    private static final int CUTS_ONE_IN = 4;
    private static final int MOST_OPENINGS = 3;
    private static final VolumeId ID = new VolumeId(new UUID(4, 4));

    private final Path folder;
    private final Random random;
    private final Damages damages;
    private final List<Path> images = new ArrayList<>();
    private final @Nullable DiskImage[] older = new DiskImage[2];
    private FilePool opened;
    private StampedVolume volume;
    private @Nullable SnapshotId snapshot;
    private long[] kept = {};
    /** The disk that was damaged last. */
    private int bad;

    private Damages.Hit hit = new Damages.Hit(new BitSet(), Damages.DISK_BYTES);
    private int made;
    private int lives;
    private long repaired;
    private int takenBack;
    private int replaced;

    DamagedMirror(Path folder, long seed) throws Exception {
        this.folder = Files.createDirectories(folder).toRealPath();
        random = new Random(seed);
        damages = new Damages(random);
        images.add(Disks.image(this.folder.resolve("d" + made++)));
        images.add(Disks.image(this.folder.resolve("d" + made++)));
        FilePool.format(images, Damages.DISK_BYTES, Damages.SEGMENT_BYTES, random);
        opened = open();
        long sectors = (long) BLOCKS * StampedVolume.BYTES / VolumeSpec.BLOCK_BYTES;
        volume =
                new StampedVolume(FilePool.get(opened.pool().create(new VolumeSpec(ID, sectors, WritePolicy.DURABLE))));
        write(1);
        opened.close();
        remember();
        reopen();
        load();
        opened.close();
    }

    private FilePool open() throws Exception {
        return FilePool.open(folder.resolve("array"), images, PoolFileIo::open, random);
    }

    private void reopen() throws Exception {
        opened = open();
        volume = new StampedVolume(volume, opened.pool().volume(ID).orElseThrow());
    }

    Damages damages() {
        return damages;
    }

    /** How many disks were taken back or replaced after they had been cut short while the pool was closed. */
    int comebacks() {
        return takenBack + replaced;
    }

    /** What became of it: blocks of 4 KiB written anew by scrubs, disks taken back and replaced after they were cut short. */
    String told() {
        return "scrubs repaired " + repaired + " blocks, " + takenBack + " disks were taken back, " + replaced
                + " replaced";
    }

    /** Damages the closed pool and then the open one, in so many places each. */
    void life(int places) throws Exception {
        int kind = lives++ % CUTS_ONE_IN;
        boolean cut = kind == 0;
        hit = damages.inflict(images.get(bad), older[bad], places, cut);
        reopen();
        read();
        if (cut) {
            comesBack(hit.size());
        }
        repair();
        sound();
        load();
        remember();
        bad = random.nextInt(2);
        hit = damages.inflict(images.get(bad), older[bad], places, kind == CUTS_ONE_IN / 2);
        read();
        load();
        read();
        scrub();
        read();
        opened.close();
        compare();
    }

    /** In the end all is repaired, and one of the disks is enough. */
    void end() throws Exception {
        reopen();
        read();
        repair();
        sound();
        opened.close();
        compare();
        Files.delete(images.get(random.nextInt(2)));
        reopen();
        sound();
    }

    /** The pool was opened without the disk that was cut short, and says so; its size is restored, or it is replaced. */
    private void comesBack(long size) throws Exception {
        Path lost = images.get(bad);
        PoolDisks.Disk disk = FilePool.get(opened.pool().disks().status()).disks().stream()
                .filter(one -> one.state() == PoolDisks.DiskState.FAILED)
                .findFirst()
                .orElseThrow(() -> new AssertionError(lost + " ends at " + size + " and takes part"));
        boolean named = size >= 2 * DiskImage.BLOCK && random.nextBoolean();
        if (named) {
            Damages.restoreSize(lost, Damages.DISK_BYTES);
            FilePool.get(opened.pool().disks().replace(disk.id(), new PoolDisks.NewDisk(lost, 0)));
            takenBack++;
        } else {
            Path next = folder.resolve("d" + made++);
            FilePool.get(opened.pool().disks().replace(disk.id(), new PoolDisks.NewDisk(next, Damages.DISK_BYTES)));
            images.set(bad, Disks.image(next));
            Files.delete(lost);
            replaced++;
        }
        older[bad] = null;
    }

    /** Two scrubs: what the first one repairs the second one finds sound. */
    private void repair() {
        opened.awaits(
                "two copies of all",
                status -> status.redundancy().isWhole()
                        && status.rebuild().left() == 0
                        && status.disks().stream().allMatch(disk -> disk.state() == PoolDisks.DiskState.ACTIVE));
        scrub();
        PoolDisks.Scrub second = scrub();
        if (second.repaired() != 0) {
            throw new AssertionError("what a scrub repaired is not as it must be: " + second);
        }
    }

    private PoolDisks.Scrub scrub() {
        PoolDisks.Scrub scrub = opened.scrub();
        if (scrub.damaged() != 0) {
            throw new AssertionError("a mirror has lost blocks: " + scrub);
        }
        repaired += scrub.repaired();
        return scrub;
    }

    /** All that is shown is right, whatever the disks hold. */
    private void read() throws Exception {
        volume.verify();
        SnapshotId of = snapshot;
        if (of != null) {
            StampedVolume.verify(FilePool.get(opened.pool().timeline().view(of)), kept);
        }
    }

    private void sound() throws Exception {
        read();
        List<String> problems = FilePool.get(opened.pool().check());
        if (!problems.isEmpty()) {
            throw new AssertionError("the verifier says " + problems);
        }
    }

    /** Some blocks are written, given back and kept, so that segments are filled, cleaned and given back. */
    private void load() throws Exception {
        write(2);
        volume.unmap(volume.some(20, random));
        SnapshotId before = snapshot;
        if (before != null) {
            FilePool.get(opened.pool().timeline().delete(List.of(before)));
        }
        SnapshotId next = new SnapshotId(new UUID(random.nextLong(), 5));
        FilePool.get(opened.pool().timeline().take(List.of(new Timeline.SnapshotSpec(next, ID))));
        snapshot = next;
        kept = volume.content();
        write(6);
    }

    private void write(int oneIn) throws Exception {
        volume.writeAll(volume.some(oneIn, random), DEPTH);
    }

    /** What a disk holds now is what it may hold again later. */
    private void remember() throws Exception {
        int disk = random.nextInt(2);
        older[disk] = damages.image(images.get(disk));
    }

    /**
     * Once the pool is closed both disks hold the same, and nothing but that. No scrub looks at a segment that is still being
     * written, or is on its way back: what was damaged there is repaired by the scrub after the next opening at the latest.
     */
    private void compare() throws Exception {
        String problem = difference();
        for (int i = 0; problem != null; i++) {
            if (i == MOST_OPENINGS) {
                throw new AssertionError(problem + "; damaged last on " + images.get(bad) + " were " + hit);
            }
            reopen();
            read();
            repair();
            opened.close();
            problem = difference();
        }
    }

    private @Nullable String difference() throws Exception {
        DiskImage one = damages.image(images.get(bad));
        DiskImage other = damages.image(images.get(1 - bad));
        if (!one.isWhole() || !other.isWhole()) {
            return "superblocks differ, or a slot is no segment and not free";
        }
        Map<Long, DiskImage.Segment> mine = one.segments();
        Map<Long, DiskImage.Segment> its = other.segments();
        if (!mine.keySet().equals(its.keySet())) {
            return "the disks hold segments " + mine.keySet() + " and " + its.keySet();
        }
        for (DiskImage.Segment segment : mine.values()) {
            DiskImage.Segment there = Objects.requireNonNull(its.get(segment.id()));
            Set<Integer> differing = new TreeSet<>(one.differences(segment, other, there));
            differing.addAll(other.differences(there, one, segment));
            if (!differing.isEmpty()) {
                return "the copies " + segment + " and " + there + " differ at " + differing;
            }
        }
        return null;
    }

    @Override
    public void close() {
        opened.close();
    }
}
