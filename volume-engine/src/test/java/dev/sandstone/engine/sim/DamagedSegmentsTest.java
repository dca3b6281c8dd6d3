package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Segments that hold something unreadable give no room back: cleaning them must not take the last slots for nothing. */
class DamagedSegmentsTest {
    private static final int SECTORS = 8;
    private static final int STRIPE = 16 * SECTORS;
    private static final int STRIPES = 36;
    private static final int DAMAGED = 24;
    private static final VolumeId ID = new VolumeId(new UUID(3, 3));

    private static final int SEEDS = 6;

    private SimPool machine;
    private long stamps;

    DamagedSegmentsTest() throws StoreException {
        machine = pool(0);
    }

    /** Stripes fill twelve of its segments, and cleaning keeps some for itself. */
    private static SimPool pool(int seed) throws StoreException {
        MapLimits limits = new MapLimits(1 << 20, 64 << 10, 64, 1 << 20, 1_000_000, 10_000_000, 64);
        return new SimPool(new Random(seed), new SimSetup(256 << 10, 18, 64 << 10, limits));
    }

    @Test
    void aNearlyFullPoolGoesOnBesideThem() throws StoreException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            machine = pool(seed);
            goesOn();
        }
    }

    private void goesOn() throws StoreException {
        machine.open();
        machine.await("a volume", machine.pool().create(new VolumeSpec(ID, STRIPES * STRIPE, WritePolicy.DURABLE)));
        for (int i = 0; i < STRIPES; i++) {
            assertThat(write(i * STRIPE)).isEqualTo(EngineStatus.OK);
            if (isDamaged(i)) {
                // Of three stripes in a segment the last block of the last one: the cleaner comes to it last.
                damage(stamps, (i + 1) * STRIPE - SECTORS);
            }
        }
        for (int i = 0; i < STRIPES; i++) {
            assertThat(unmap(i * STRIPE, STRIPE / 2)).isEqualTo(EngineStatus.OK);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(write((STRIPES - 1) * STRIPE)).as("write %d", i).isEqualTo(EngineStatus.OK);
        }
        for (int i = 0; i < STRIPES - 1; i++) {
            EngineStatus expected = isDamaged(i) ? EngineStatus.MEDIUM_ERROR : EngineStatus.OK;
            assertThat(read((i + 1) * STRIPE - SECTORS)).as("stripe %d", i).isEqualTo(expected);
            assertThat(read((i + 1) * STRIPE - 2 * SECTORS)).isEqualTo(EngineStatus.OK);
        }
        // Of two segments at most, when slots were not scarce yet; not of all eight.
        assertThat(movedInVain()).isLessThan(2 * 3 * STRIPE / 2 / SECTORS);
    }

    private static boolean isDamaged(int stripe) {
        return stripe < DAMAGED && stripe % 3 == 2;
    }

    /** How many blocks were moved out of segments that hold something damaged, as the log says. */
    private long movedInVain() throws StoreException {
        long blocks = 0;
        for (SegmentHeader header : machine.store().segments()) {
            List<RecordDescriptor> records = Objects.requireNonNull(LogScanner.records(machine.store(), header));
            blocks += records.stream()
                    .filter(record -> record.type() == RecordType.RELOC && record.block() < DAMAGED * STRIPE / SECTORS)
                    .mapToLong(RecordDescriptor::blocks)
                    .sum();
        }
        return blocks;
    }

    private Volume volume() {
        return machine.pool().volume(ID).orElseThrow();
    }

    private EngineStatus write(int lba) {
        CompletableFuture<EngineStatus> ended = new CompletableFuture<>();
        volume().write(lba, Content.of(++stamps, lba, STRIPE), false, (status, detail) -> ended.complete(status));
        return machine.await("a write", ended);
    }

    private EngineStatus unmap(int lba, int count) {
        CompletableFuture<EngineStatus> ended = new CompletableFuture<>();
        volume().unmap(List.of(new BlockRange(lba, count)), (status, detail) -> ended.complete(status));
        return machine.await("an unmap", ended);
    }

    private EngineStatus read(int lba) {
        CompletableFuture<EngineStatus> ended = new CompletableFuture<>();
        ByteBuffer bytes = ByteBuffer.allocateDirect(SECTORS * Content.SECTOR);
        volume().read(lba, bytes, (status, detail) -> ended.complete(status));
        return machine.await("a read", ended);
    }

    /** Flips a bit of a block where it lies on the medium. */
    private void damage(long stamp, int lba) {
        ByteBuffer wanted = Content.of(stamp, lba, 1);
        ByteBuffer medium = ByteBuffer.wrap(machine.medium().bytes());
        for (int at = 0; at < medium.capacity(); at += SimMedium.SECTOR) {
            if (medium.slice(at, SimMedium.SECTOR).equals(wanted)) {
                medium.put(at, (byte) (medium.get(at) ^ 1));
                return;
            }
        }
        throw new AssertionError("block " + lba + " is not on the medium");
    }
}
