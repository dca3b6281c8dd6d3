package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.PoolDisks;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Bits flip at rest, anywhere in what a disk holds: superblocks, segment headers, batches, footers.
 *
 * <p>On a mirror, where only one of the copies of a block is hit, everything is repaired: after an opening and a scrub
 * the disks hold what they held before. On one disk everything is noticed: it is repaired from what is there twice,
 * counted as damage, or the opening is refused. Also a program: {@code FlipCampaign FLIPS [FIRST]}.
 */
public final class FlipCampaign {
    private static final int SLOT_0 = 64 << 10;
    private static final int BLOCK = 4096;
    private static final int FLIPS_AT_ONCE = 25;
    private static final int MAGIC = 0x53534547;
    private static final int VOLUME_BLOCKS = 3000;
    // fields of a footer's trailer
    private static final int TRAILER_BYTES = 128;
    private static final int ACKED_AT = 48;
    private static final int CHECKSUM_AT = 124;

    private final Random random;
    private final SimSetup setup;
    private final SimMirror machine;
    private final VolumeId id;

    FlipCampaign(long seed, int disks) throws StoreException {
        random = new Random(seed * 13 + disks);
        SimSetup any = SimSetup.seeded(new Random(seed));
        setup = new SimSetup(256 << 10, 40, 64 << 10, any.limits());
        machine = new SimMirror(random, setup, disks);
        id = new VolumeId(new UUID(seed, 1));
        machine.open(List.of());
        Volume volume = machine.await(
                "a volume", machine.pool().create(new VolumeSpec(id, VOLUME_BLOCKS, WritePolicy.DURABLE)));
        for (int i = 0; i < 60; i++) {
            int count = 8 * (1 + random.nextInt(16));
            write(volume, random.nextInt((VOLUME_BLOCKS - count) / 8) * 8, count);
        }
        machine.close();
    }

    private void write(Volume volume, int lba, int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Content.SECTOR);
        byte[] content = new byte[bytes.capacity()];
        random.nextBytes(content);
        bytes.put(0, content);
        CompletableFuture<String> answer = new CompletableFuture<>();
        volume.write(lba, bytes, false, (status, detail) -> answer.complete(status.name()));
        String status = machine.await("a write", answer);
        if (!"OK".equals(status)) {
            throw new SimProblem("a write ends with " + status);
        }
    }

    /** Flips bits of a mirror; each must be undone by the opening and a scrub. Answers how many were flipped. */
    int mirror(int flips) throws StoreException {
        int done = 0;
        while (done < flips) {
            List<byte[]> before = contents();
            Set<Long> hit = new HashSet<>();
            for (int i = 0; i < Math.min(FLIPS_AT_ONCE, flips - done); i++) {
                hit.add(flip(hit));
            }
            machine.open(List.of());
            scrub();
            for (long place : hit) {
                byte[] now = machine.medium(name(place)).bytes();
                byte[] then = before.get((int) (place >>> 32));
                int at = (int) place;
                boolean superblock = at < SLOT_0 || at >= now.length - 2 * BLOCK;
                // Superblocks have a new generation since: the copies must agree again.
                boolean right = superblock ? copiesAgree(now) : now[at] == then[at] || isGone(then, now, at);
                if (!right) {
                    throw new SimProblem("the bit flipped at " + at + " of " + name(place) + " was not repaired");
                }
            }
            machine.close();
            done += hit.size();
        }
        return done;
    }

    /** Flips one bit of the only disk; answers how it was noticed. */
    String alone() throws StoreException {
        byte[] before = contents().get(0);
        int at = (int) flip(Set.of());
        try {
            machine.open(List.of());
        } catch (StoreException refused) {
            restore(before);
            return "refused";
        }
        PoolDisks.Scrub scrub = scrub();
        byte[] now = machine.medium(machine.names().get(0)).bytes();
        boolean superblock = at < SLOT_0 || at >= now.length - 2 * BLOCK;
        boolean repaired = superblock ? copiesAgree(now) : now[at] == before[at] || isSealedAnew(before, now, at);
        boolean gone = !superblock && isGone(before, now, at);
        machine.crash(Tear.LOST);
        restore(before);
        if (!repaired && !gone && scrub.damaged() == 0) {
            throw new SimProblem("the bit flipped at " + at + " was not noticed");
        }
        return repaired ? "repaired" : gone ? "gone" : "counted";
    }

    /** Whether the segment was given back meanwhile, for nothing in it was alive. */
    private boolean isGone(byte[] then, byte[] now, int at) {
        int slot = SLOT_0 + (at - SLOT_0) / setup.segmentBytes() * setup.segmentBytes();
        return !Arrays.equals(then, slot, slot + 4, now, slot, slot + 4)
                || !Arrays.equals(then, slot + 24, slot + 32, now, slot + 24, slot + 32);
    }

    /** Whether the segment has a sound footer again that tells of later acknowledgements than the one that was hit. */
    private boolean isSealedAnew(byte[] then, byte[] now, int at) {
        int end = SLOT_0 + (at - SLOT_0) / setup.segmentBytes() * setup.segmentBytes() + setup.segmentBytes();
        int trailer = end - TRAILER_BYTES;
        CRC32C sum = new CRC32C();
        sum.update(now, trailer, CHECKSUM_AT);
        return at >= trailer
                && ByteBuffer.wrap(now).getInt(trailer + CHECKSUM_AT) == (int) sum.getValue()
                && Arrays.equals(then, trailer, trailer + ACKED_AT, now, trailer, trailer + ACKED_AT)
                && ByteBuffer.wrap(now).getLong(trailer + ACKED_AT)
                        > ByteBuffer.wrap(then).getLong(trailer + ACKED_AT)
                && Arrays.equals(
                        then,
                        trailer + ACKED_AT + Long.BYTES,
                        trailer + CHECKSUM_AT,
                        now,
                        trailer + ACKED_AT + Long.BYTES,
                        trailer + CHECKSUM_AT);
    }

    private void restore(byte[] before) {
        System.arraycopy(before, 0, machine.medium(machine.names().get(0)).bytes(), 0, before.length);
        machine.forgetGenerations();
    }

    private PoolDisks.Scrub scrub() {
        machine.await("a scrub", machine.pool().disks().startScrub());
        while (machine.status().scrub().state() != PoolDisks.ScrubState.IDLE) {
            machine.run(50);
        }
        // What was found last is being repaired.
        machine.run(200);
        return machine.status().scrub();
    }

    private List<byte[]> contents() {
        return machine.names().stream()
                .map(name -> machine.medium(name).bytes().clone())
                .toList();
    }

    private String name(long place) {
        return machine.names().get((int) (place >>> 32));
    }

    private static boolean copiesAgree(byte[] disk) {
        ByteBuffer all = ByteBuffer.wrap(disk);
        ByteBuffer first = all.slice(0, BLOCK);
        return first.equals(all.slice(BLOCK, BLOCK))
                && first.equals(all.slice(disk.length - 2 * BLOCK, BLOCK))
                && first.equals(all.slice(disk.length - BLOCK, BLOCK));
    }

    /** Flips a bit that something depends on, in a block none of whose copies was hit; answers disk and place. */
    private long flip(Set<Long> hit) {
        while (true) {
            int disk = random.nextInt(machine.names().size());
            byte[] bytes = machine.medium(machine.names().get(disk)).bytes();
            int at = random.nextInt(bytes.length);
            if (isUsed(bytes, at) && !isHit(hit, disk, at)) {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return (long) disk << 32 | at;
            }
        }
    }

    private boolean isUsed(byte[] bytes, int at) {
        if (at < 2 * BLOCK || at >= bytes.length - 2 * BLOCK) {
            return true;
        }
        if (at < SLOT_0) {
            return false;
        }
        int slot = SLOT_0 + (at - SLOT_0) / setup.segmentBytes() * setup.segmentBytes();
        ByteBuffer segment = ByteBuffer.wrap(bytes, slot, setup.segmentBytes()).slice();
        int trailer = setup.segmentBytes() - TRAILER_BYTES;
        boolean whole = segment.getInt(0) == MAGIC && segment.getInt(trailer) == 0x53464F54;
        int within = at - slot;
        boolean data = within < segment.getInt(trailer + 68);
        boolean footer = within >= setup.segmentBytes() - segment.getInt(trailer + 72);
        boolean header = within < 128 || (within >= 2048 && within < 2176) || within >= BLOCK;
        return whole && header && (data || footer);
    }

    /** Copies of a segment lie in other slots of other disks: one flip for each segment and kind of place will do. */
    private boolean isHit(Set<Long> hit, int disk, int at) {
        for (long place : hit) {
            boolean superblocks = at < SLOT_0 && (int) place < SLOT_0;
            boolean same = place >>> 32 == disk && (int) place / BLOCK == at / BLOCK;
            boolean other = place >>> 32 != disk && segment((int) (place >>> 32), (int) place) == segment(disk, at);
            if (same || superblocks || other) {
                return true;
            }
        }
        return false;
    }

    private long segment(int disk, int at) {
        if (at < SLOT_0) {
            return -1L - disk;
        }
        byte[] bytes = machine.medium(machine.names().get(disk)).bytes();
        int slot = SLOT_0 + (at - SLOT_0) / setup.segmentBytes() * setup.segmentBytes();
        return slot + setup.segmentBytes() > bytes.length
                ? -1L - disk
                : ByteBuffer.wrap(bytes).getLong(slot + 24);
    }

    /** The long run. */
    public static void main(String[] arguments) throws StoreException {
        int flips = Integer.parseInt(arguments[0]);
        long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
        int done = 0;
        for (long seed = first; done < flips; seed++) {
            done += new FlipCampaign(seed, 2).mirror(Math.min(250, flips - done));
        }
        System.out.println("mirror: " + done + " bits flipped, all repaired");
        int refused = 0;
        int counted = 0;
        int repaired = 0;
        for (int i = 0; i < flips; ) {
            FlipCampaign one = new FlipCampaign(first + i, 1);
            for (int k = 0; k < 250 && i < flips; k++) {
                String how = one.alone();
                i += "gone".equals(how) ? 0 : 1;
                refused += "refused".equals(how) ? 1 : 0;
                counted += "counted".equals(how) ? 1 : 0;
                repaired += "repaired".equals(how) ? 1 : 0;
            }
        }
        System.out.println("one disk: " + (refused + counted + repaired) + " bits flipped, all noticed: " + repaired
                + " repaired, " + counted + " counted, " + refused + " refused at the opening");
    }
}
