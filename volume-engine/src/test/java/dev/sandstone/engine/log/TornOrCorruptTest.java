package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.log.LogWorld.Found;
import dev.sandstone.engine.log.LogWorld.TestRecord;
import dev.sandstone.engine.loop.StepLoop;
import dev.sandstone.engine.store.FaultyDisk;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.StoreException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What the recovery walk makes of every way the end of a log can look: never an acknowledged record dropped without a
 * word, never one that was not written as it is.
 */
final class TornOrCorruptTest {
    private static final int SECTOR = FaultyDisk.SECTOR;

    /** One segment, three batches: the first two are known to be acknowledged, the last one may be. */
    private static LogWorld threeBatches(int blocksOfLast) throws StoreException {
        LogWorld world = new LogWorld(1, 8);
        world.append(LogStream.USER, TestRecord.data(world.random, 2));
        world.runAll();
        world.append(LogStream.USER, TestRecord.data(world.random, 1));
        world.append(LogStream.USER, TestRecord.data(world.random, 1));
        world.runAll();
        world.append(LogStream.USER, TestRecord.data(world.random, blocksOfLast));
        world.runAll();
        assertThat(world.records).hasSize(4);
        return world;
    }

    private static long offsetOf(LogWorld world, int record) {
        return LogWorld.FIRST_SLOT + Pointer.grain(world.records.get(record).pointer) * (long) Pointer.GRAIN_BYTES;
    }

    @Test
    void theLastBatchIsThereWhollyOrNotAtAll() throws StoreException {
        LogWorld world = threeBatches(3);
        int head = LogWorld.BLOCK;
        long start = offsetOf(world, 3) - head;
        int sectors = (head + 3 * LogWorld.BLOCK) / SECTOR;
        byte[] whole = world.disk.peek(start, sectors * SECTOR);
        Random random = new Random(5);
        for (int kind = 0; kind < 3; kind++) {
            for (int lost = 0; lost < sectors; lost++) {
                for (int upTo : new int[] {lost + 1, sectors}) {
                    StepLoop loop = new StepLoop();
                    FaultyDisk torn = world.disk.copy(loop, new FaultyDisk.Faults());
                    byte[] old = new byte[(upTo - lost) * SECTOR];
                    if (kind == 1) {
                        random.nextBytes(old);
                    } else if (kind == 2) {
                        // What an older use of the slot left: a batch of another segment.
                        System.arraycopy(whole, lost * SECTOR, old, 0, old.length);
                        for (int i = 0; i < old.length; i += 16) {
                            old[i] ^= 0x55;
                        }
                    }
                    boolean padding = lost * SECTOR >= 256 && upTo * SECTOR <= head;
                    torn.poke(start + (long) lost * SECTOR, old);
                    Found found = new Found();
                    ScanReport report = LogWorld.scan(torn, loop, 0, found);
                    String where = "kind " + kind + ", sectors " + lost + " to " + upTo;
                    assertThat(report.lastLsn()).as(where).isEqualTo(padding ? 4 : 3);
                    assertThat(found.damaged).as(where).isEmpty();
                    assertThat(found.lost).as(where).isEmpty();
                    assertThat(report.floor()).as(where).isLessThanOrEqualTo(3);
                }
            }
        }
    }

    @Test
    void damageUpToTheFloorIsToldBlockByBlock() throws StoreException {
        LogWorld world = threeBatches(1);
        for (int bit = 0; bit < 8 * 64; bit += 13) {
            StepLoop loop = new StepLoop();
            FaultyDisk damaged = world.disk.copy(loop, new FaultyDisk.Faults());
            damaged.flip(offsetOf(world, 0) + LogWorld.BLOCK + bit * 8L, 1 << bit % 8);
            Found found = new Found();
            ScanReport report = LogWorld.scan(damaged, loop, 0, found);
            assertThat(report.lastLsn()).isEqualTo(4);
            assertThat(found.damaged).containsExactly(1L);
            assertThat(found.damagedBlocks).containsExactly(1);
            assertThat(found.records).hasSize(3);
        }
    }

    @Test
    void aHeadLostUpToTheFloorIsToldAndWhatFollowsIsFound() throws StoreException {
        LogWorld world = threeBatches(1);
        for (int at = 0; at < 128 + 2 * 36; at++) {
            StepLoop loop = new StepLoop();
            FaultyDisk damaged = world.disk.copy(loop, new FaultyDisk.Faults());
            damaged.flip(offsetOf(world, 1) - LogWorld.BLOCK + at, 1 << at % 8);
            Found found = new Found();
            ScanReport report = LogWorld.scan(damaged, loop, 0, found);
            assertThat(report.lastLsn()).as("byte " + at).isEqualTo(4);
            assertThat(found.lost).as("byte " + at).hasSize(1);
            assertThat(found.lost.getFirst()).containsExactly(2, 3);
        }
    }

    @Test
    void noFlippedBitInTheLastBatchPasses() throws StoreException {
        LogWorld world = threeBatches(1);
        long start = offsetOf(world, 3) - LogWorld.BLOCK;
        for (int at = 0; at < 128 + 36; at++) {
            for (int bit = 0; bit < 8; bit++) {
                StepLoop loop = new StepLoop();
                FaultyDisk damaged = world.disk.copy(loop, new FaultyDisk.Faults());
                damaged.flip(start + at, 1 << bit);
                Found found = new Found();
                assertThat(LogWorld.scan(damaged, loop, 0, found).lastLsn()).isEqualTo(3);
            }
        }
    }

    @Test
    void beginsBehindWhatTheMapHasAlsoWithinABatch() throws StoreException {
        LogWorld world = threeBatches(1);
        for (long applied = 0; applied <= 4; applied++) {
            StepLoop loop = new StepLoop();
            Found found = new Found();
            LogWorld.scan(world.disk.copy(loop, new FaultyDisk.Faults()), loop, applied, found);
            assertThat(found.records).hasSize((int) (4 - applied));
        }
    }

    @Test
    void aDiscardedBatchNeverBecomesValid() throws StoreException {
        for (int seed = 0; seed < 40; seed++) {
            LogWorld world = new LogWorld(seed, 60);
            for (int life = 0; life < 6; life++) {
                for (int turn = 0; turn < 12; turn++) {
                    for (int i = world.random.nextInt(5); i > 0; i--) {
                        LogStream stream = world.random.nextInt(4) == 0 ? LogStream.CLEAN1 : LogStream.USER;
                        world.append(stream, TestRecord.any(world.random));
                    }
                    for (int i = world.random.nextInt(6); i > 0; i--) {
                        world.loop.step();
                    }
                }
                long durable = world.lastDurable();
                Found found = world.reopen();
                assertThat(found.last).as("seed " + seed + " life " + life).isGreaterThanOrEqualTo(durable);
                assertThat(found.damaged).isEmpty();
                assertThat(found.lost).isEmpty();
                world.assertFound(found);
                world.adopt(found);
            }
        }
    }

    @Test
    void aDamagedFooterBringsNothingBack() throws StoreException {
        for (int seed = 0; seed < 40; seed++) {
            LogWorld world = new LogWorld(seed, 60);
            for (int life = 0; life < 4; life++) {
                for (int i = 0; i < 6; i++) {
                    world.append(LogStream.USER, TestRecord.data(world.random, 1 + world.random.nextInt(4)));
                    world.loop.step();
                    world.loop.step();
                }
                Found found = world.reopen();
                world.assertFound(found);
                world.adopt(found);
            }
            // All footers gone: what was cut off then is still cut off.
            world.append(LogStream.USER, TestRecord.data(world.random, 1));
            world.runAll();
            for (int slot = 0; slot < world.store.slots(); slot++) {
                world.disk.flip(LogWorld.FIRST_SLOT + (slot + 1L) * LogWorld.SEGMENT - 10, 1);
            }
            Found found = world.reopen();
            assertThat(found.lost).as("seed " + seed).isEmpty();
            assertThat(found.damaged).as("seed " + seed).isEmpty();
            world.assertFound(found);
        }
    }

    @Test
    void anUnreadableEndStopsTheOpening() throws StoreException {
        LogWorld world = threeBatches(1);
        StepLoop loop = new StepLoop();
        FaultyDisk.Faults none = new FaultyDisk.Faults();
        LogWorld.scan(world.disk.copy(loop, none), loop, 0, new Found());
        long reads = none.reads();
        int refused = 0;
        for (long nth = 1; nth <= reads; nth++) {
            FaultyDisk.Faults faults = new FaultyDisk.Faults();
            faults.failReadAt = nth;
            FaultyDisk disk = world.disk.copy(loop, faults);
            Found found = new Found();
            try {
                ScanReport report = LogWorld.scan(disk, loop, 0, found);
                assertThat(report.lastLsn()).as("read " + nth).isEqualTo(4);
                assertThat(found.damaged).as("read " + nth).isEmpty();
                assertThat(found.lost).as("read " + nth).isEmpty();
            } catch (StoreException stopped) {
                // A segment header that cannot be read counts as damaged.
                assertThat(stopped.kind()).isIn(StoreException.Kind.IO, StoreException.Kind.DAMAGED);
                refused++;
            }
        }
        assertThat(refused).as("failed reads that stopped the opening").isPositive();
    }

    @Test
    void aSegmentIsListedFromItsFooterAndWithout() throws StoreException {
        LogWorld world = threeBatches(2);
        long segment = Pointer.segment(world.records.getFirst().pointer);
        List<RecordDescriptor> walked = listed(world);
        boolean[] closed = new boolean[1];
        world.writer.close(() -> closed[0] = true);
        world.runAll();
        assertThat(closed[0]).isTrue();
        List<RecordDescriptor> listed = listed(world);
        assertThat(walked).hasSize(4);
        assertThat(listed).hasSize(4);
        for (int i = 0; i < 4; i++) {
            world.assertSame(listed.get(i), new byte[0], world.records.get(i));
            world.assertSame(walked.get(i), new byte[0], world.records.get(i));
        }
        assertThatThrownBy(
                        () -> world.store.append(segment, 4096, LogWorld.TestRecord.bytes(world.random, 4096), f -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    private static List<RecordDescriptor> listed(LogWorld world) throws StoreException {
        return Objects.requireNonNull(LogScanner.records(
                world.store, world.store.segments().iterator().next()));
    }
}
