package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.log.LogWorld.TestRecord;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogWriterTest {

    @Test
    void oneTurnIsOneWrite() throws StoreException {
        LogWorld world = new LogWorld(1, 8);
        for (int i = 0; i < 32; i++) {
            world.append(LogStream.USER, TestRecord.data(world.random, 1));
        }
        long before = world.faults.writes();
        world.runAll();
        assertThat(world.lastDurable()).isEqualTo(32);
        assertThat(world.faults.writes() - before)
                .as("segment header and one batch")
                .isEqualTo(2);
    }

    @Test
    void whatComesWhileTheDiskIsBusyGoesTogether() throws StoreException {
        LogWorld world = new LogWorld(2, 8);
        world.append(LogStream.USER, TestRecord.data(world.random, 1));
        long before = world.faults.writes();
        while (world.faults.writes() < before + 2) {
            world.loop.step();
        }
        for (int i = 0; i < 20; i++) {
            world.append(LogStream.USER, TestRecord.data(world.random, 1));
        }
        world.runAll();
        assertThat(world.lastDurable()).isEqualTo(21);
        assertThat(world.faults.writes() - before).isEqualTo(3);
    }

    @Test
    void tellsInOrderAndFindsAllAgain() throws StoreException {
        for (int seed = 0; seed < 30; seed++) {
            LogWorld world = new LogWorld(seed, 60);
            for (int turn = 0; turn < 40; turn++) {
                int burst = world.random.nextInt(6);
                for (int i = 0; i < burst; i++) {
                    LogStream stream = world.random.nextInt(4) == 0 ? LogStream.CLEAN1 : LogStream.USER;
                    world.append(stream, TestRecord.any(world.random));
                }
                for (int i = world.random.nextInt(8); i > 0; i--) {
                    world.loop.step();
                    world.assertTold();
                }
            }
            boolean[] closed = new boolean[1];
            world.writer.close(() -> closed[0] = true);
            assertThat(world.writer.append(LogStream.USER, TestRecord.any(world.random)))
                    .isZero();
            world.runAll();
            assertThat(closed[0]).as("seed " + seed).isTrue();
            assertThat(world.lastDurable()).isEqualTo(world.records.size());
            assertThat(world.sealed).hasSameSizeAs(world.store.segments());
            LogWorld.Found found = world.reopen();
            world.assertFound(found);
        }
    }

    @Test
    void pendingPayloadIsReadFromMemoryUntilTold() throws StoreException {
        LogWorld world = new LogWorld(4, 20);
        Random random = world.random;
        List<TestRecord> pending = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            TestRecord record = TestRecord.data(random, 1 + random.nextInt(5));
            record.onDurable = () -> {
                assertPending(world, record, random);
                pending.remove(record);
            };
            pending.add(record);
            world.append(LogStream.USER, record);
            for (int i = random.nextInt(4); i > 0; i--) {
                world.loop.step();
            }
            pending.forEach(each -> assertPending(world, each, random));
        }
        world.runAll();
        assertThat(pending).isEmpty();
        assertThatThrownBy(() -> world.writer.readPending(1, 0, ByteBuffer.allocateDirect(512)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertPending(LogWorld world, TestRecord record, Random random) {
        int size = 512 * (1 + random.nextInt(record.payload.remaining() / 512));
        int from = record.payload.remaining() - size;
        ByteBuffer read = ByteBuffer.allocateDirect(size + 10).position(5).limit(size + 5);
        world.writer.readPending(record.lsn, from, read);
        assertThat(read).isEqualTo(record.payload.slice(from, size));
    }

    @Test
    void aFailedWriteEndsTheLog() throws StoreException {
        for (int nth = 1; nth < 30; nth++) {
            LogWorld world = new LogWorld(nth, 20);
            world.faults.failWriteAt = world.faults.writes() + nth;
            for (int i = 0; i < 60; i++) {
                world.append(i % 7 == 0 ? LogStream.CLEAN1 : LogStream.USER, TestRecord.data(world.random, 1 + i % 20));
                if (i % 3 == 0) {
                    world.loop.step();
                }
            }
            world.runAll();
            assertThat(world.writer.failure()).as("nth " + nth).isNotNull();
            for (TestRecord record : world.records) {
                assertThat(record.durable ^ record.failed)
                        .as("record " + record.lsn)
                        .isTrue();
            }
            assertThat(world.writer.append(LogStream.USER, TestRecord.any(world.random)))
                    .isZero();
            boolean[] closed = new boolean[1];
            world.writer.close(() -> closed[0] = true);
            world.runAll();
            assertThat(closed[0]).isTrue();
            long durable = world.lastDurable();
            LogWorld.Found found = world.reopen();
            assertThat(found.last).isGreaterThanOrEqualTo(durable);
            assertThat(found.damaged).isEmpty();
            world.assertFound(found);
        }
    }

    /** The defect goes on to the loop; behind it nobody waits for ever. Errors are such as of a program replaced while it runs. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRecordThatCannotBeTakenInEndsTheLog(boolean error) throws StoreException {
        LogWorld world = new LogWorld(8, 20);
        for (int i = 0; i < 12; i++) {
            world.append(LogStream.USER, TestRecord.data(world.random, 1));
        }
        world.records.get(5).onDurable = () -> {
            if (error) {
                throw new LinkageError("a defect");
            }
            throw new IllegalStateException("a defect");
        };
        assertThatThrownBy(world::runAll).hasMessage("a defect");
        world.runAll();
        assertThat(world.writer.failure()).hasRootCauseMessage("a defect");
        assertThat(world.records).filteredOn(record -> record.durable).hasSize(6);
        assertThat(world.records).filteredOn(record -> record.failed).hasSize(6);
        boolean[] closed = new boolean[1];
        world.writer.close(() -> closed[0] = true);
        world.runAll();
        assertThat(closed[0]).isTrue();
        world.assertFound(world.reopen());
    }

    @Test
    void refusesARecordThatNoSegmentCouldTake() throws StoreException {
        LogWorld world = new LogWorld(6, 8);
        int most = world.writer.maxRecordBlocks();
        world.append(LogStream.USER, TestRecord.data(world.random, most));
        world.runAll();
        assertThat(world.lastDurable()).isEqualTo(1);
        assertThatThrownBy(() -> world.append(LogStream.USER, TestRecord.data(world.random, most + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
