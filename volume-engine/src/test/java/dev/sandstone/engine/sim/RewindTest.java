package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.recovery.MarksSet;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A volume with a rewind window shows each second of it, in virtual time, through losses of power. */
class RewindTest {
    private static final int BLOCKS = 1024;
    private static final int SECONDS = 60;
    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final VolumeId ID = new VolumeId(new UUID(1, 1));

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    /** What the first sector said, from each time on: a change counts from when its end was told. */
    private final NavigableMap<Long, Long> history = new TreeMap<>();

    /** The same by when each change was asked for; it may be there from then on. */
    private final NavigableMap<Long, Long> asked = new TreeMap<>();

    private long names;

    @Test
    void showsEachSecondOfItsWindow() throws StoreException {
        System.out.println("rewind: seed " + seed);
        SimPool machine = new SimPool(random, SimSetup.fixed());
        machine.open();
        machine.await("a volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        machine.await("a window", machine.pool().timeline().setRewindWindow(ID, WINDOW));
        history.put(0L, Content.ZERO);
        asked.put(0L, Content.ZERO);
        for (int second = 0; second < SECONDS; second++) {
            if (random.nextInt(3) > 0) {
                write(machine, second + 1L);
            }
            pass(machine, 1_000_000 + random.nextInt(400_000));
            if (random.nextInt(15) == 0) {
                SimLoop before = machine.loop();
                machine.crash(Tear.random(random));
                machine.open();
                machine.loop().clockOf(before);
            }
            if (second % 10 == 9) {
                look(machine);
            }
            if (second == 40) {
                goBack(machine);
            }
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.await("no window", machine.pool().timeline().setRewindWindow(ID, Duration.ZERO));
        assertThat(machine.await("the window", machine.pool().timeline().rewind(ID))
                        .reachable())
                .isEmpty();
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** Its row is there until its end is durable, the volume itself is not: no mark may fall over that. */
    @Test
    void aVolumeIsDestroyedAtTheSecond() throws StoreException {
        System.out.println("rewind: seed " + seed);
        SimPool machine = new SimPool(random, SimSetup.fixed());
        machine.open();
        for (int i = 0; i < 20; i++) {
            VolumeId id = new VolumeId(new UUID(4, i));
            machine.await("a volume", machine.pool().create(new VolumeSpec(id, BLOCKS, WritePolicy.DURABLE)));
            machine.await("a window", machine.pool().timeline().setRewindWindow(id, WINDOW));
            // The mark is due a second after that, and the record takes up to 400 us.
            pass(machine, 1_000_000 - random.nextInt(300));
            machine.await("its end", machine.pool().destroy(id));
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** More than one record of marks has room for. */
    @Test
    void eachOfManyVolumesIsMarkedEachSecond() throws StoreException {
        System.out.println("rewind: seed " + seed);
        SimPool machine = new SimPool(random, SimSetup.fixed());
        machine.open();
        int many = MarksSet.MOST_MEMBERS * 2 + 10;
        List<CompletableFuture<?>> made = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            VolumeId id = new VolumeId(new UUID(5, i));
            made.add(machine.pool()
                    .create(new VolumeSpec(id, 8, WritePolicy.DURABLE))
                    .toCompletableFuture());
            made.add(machine.pool().timeline().setRewindWindow(id, WINDOW).toCompletableFuture());
        }
        machine.await("the volumes", CompletableFuture.allOf(made.toArray(CompletableFuture[]::new)));
        long[] written = new long[4];
        for (int second = 0; second < written.length; second++) {
            writeAll(machine, many, second + 1L);
            written[second] = now(machine);
            pass(machine, 2_000_000);
        }
        for (int i = 0; i < many; i += 1 + random.nextInt(20)) {
            for (int second = 0; second < written.length; second++) {
                // The mark is due within a second.
                Instant at = instant(written[second] + 1_500_000);
                Timeline.CloneSpec spec = new Timeline.CloneSpec(
                        new VolumeId(new UUID(6, ++names)),
                        new VolumeId(new UUID(5, i)),
                        new Moment.At(at),
                        WritePolicy.DURABLE);
                Volume clone =
                        machine.await("a clone", machine.pool().timeline().clone(spec));
                assertThat(shown(machine, clone))
                        .as("seed %d: volume %d, second %d", seed, i, second)
                        .isEqualTo(second + 1L);
                machine.await("its end", machine.pool().destroy(clone.id()));
            }
        }
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** What a full pool refuses is the mark, not the change. */
    @Test
    void aChangeThatCouldNotBeMarkedIsNotShownAsWhatWasBeforeIt() throws StoreException {
        System.out.println("rewind: seed " + seed);
        SimPool machine = new SimPool(random, SimSetup.fixed());
        machine.open();
        VolumeId other = new VolumeId(new UUID(7, 7));
        machine.await("a volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        machine.await("a window", machine.pool().timeline().setRewindWindow(ID, Duration.ofHours(1)));
        machine.await("another", machine.pool().create(new VolumeSpec(other, 1 << 16, WritePolicy.DURABLE)));
        write(machine, 1);
        pass(machine, 2_000_000);
        long before = now(machine);
        fill(machine, other);
        pass(machine, 3_000_000);
        assertThat(machine.store().superblock().endingMarks())
                .as("earlier versions read the pool")
                .isFalse();
        unmap(machine, ID, BLOCKS);
        long gone = now(machine);
        pass(machine, 8_000_000);
        assertThat(machine.store().superblock().endingMarks())
                .as("earlier versions do not")
                .isTrue();
        long unknown = gone + 3_000_000;
        refused(machine, unknown);
        SimLoop clock = machine.loop();
        machine.crash(Tear.random(random));
        machine.open();
        machine.loop().clockOf(clock);
        refused(machine, unknown);
        unmap(machine, other, 1 << 16);
        pass(machine, 20_000_000);
        refused(machine, unknown);
        assertThat(shownAt(machine, before)).as("seed %d", seed).isEqualTo(1);
        assertThat(shownAt(machine, now(machine) - 2_000_000))
                .as("seed %d", seed)
                .isEqualTo(Content.ZERO);
        assertThat(machine.await("the window", machine.pool().timeline().rewind(ID))
                        .reachable())
                .isPresent();
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** The record of a mark takes seconds, and there is one at a time: what changes meanwhile is marked too late. */
    @Test
    void aChangeWhileAMarkIsOnItsWayIsNotShownAsWhatWasBeforeIt() throws StoreException {
        System.out.println("rewind: seed " + seed);
        SimPool machine = new SimPool(random, SimSetup.fixed());
        machine.open();
        machine.await("a volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        machine.await("a window", machine.pool().timeline().setRewindWindow(ID, Duration.ofHours(1)));
        long set = now(machine);
        write(machine, 1);
        pass(machine, set + 3_500_000 - now(machine));
        machine.faults().slow(TimeUnit.SECONDS.toNanos(4));
        // The next mark is due half a second from now.
        CompletableFuture<EngineStatus> second = begin(machine, 2);
        pass(machine, 1_000_000);
        CompletableFuture<EngineStatus> third = begin(machine, 3);
        pass(machine, 5_000_000);
        machine.faults().slow(0);
        assertThat(machine.await("a write", second)).isEqualTo(EngineStatus.OK);
        assertThat(machine.await("a write", third)).isEqualTo(EngineStatus.OK);
        pass(machine, 10_000_000);
        assertThat(shownAt(machine, set + 3_000_000)).as("seed %d", seed).isEqualTo(1);
        assertThat(shownAt(machine, set + 4_700_000)).as("seed %d", seed).isEqualTo(2);
        refused(machine, set + 6_500_000);
        assertThat(shownAt(machine, now(machine) - 2_000_000))
                .as("seed %d", seed)
                .isEqualTo(3);
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** Comparing needs no room, as cloning does. */
    private void refused(SimPool machine, long time) {
        Timeline.Comparison with = new Timeline.Comparison(ID, new Moment.At(instant(time)), new Moment.Now());
        assertThatThrownBy(() ->
                        machine.await("a comparison", machine.pool().timeline().changes(with, 0, 1)))
                .as("seed %d", seed)
                .hasCauseInstanceOf(EngineException.class)
                .hasMessageContaining("could not be marked");
    }

    private long shownAt(SimPool machine, long time) {
        Volume clone = machine.await("a clone", machine.pool().timeline().clone(spec(time)));
        return shown(machine, clone);
    }

    private void fill(SimPool machine, VolumeId id) {
        Volume volume = machine.pool().volume(id).orElseThrow();
        int lba = 0;
        for (int blocks = 128; blocks >= 8; blocks /= 16) {
            EngineStatus status = EngineStatus.OK;
            while (status != EngineStatus.SPACE_EXHAUSTED) {
                CompletableFuture<EngineStatus> written = new CompletableFuture<>();
                volume.write(lba, Content.of(9, lba, blocks), false, (how, detail) -> written.complete(how));
                status = machine.await("a write", written);
                lba += status == EngineStatus.OK ? blocks : 0;
            }
        }
    }

    private static void unmap(SimPool machine, VolumeId id, int blocks) {
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        machine.pool()
                .volume(id)
                .orElseThrow()
                .unmap(List.of(new BlockRange(0, blocks)), (status, detail) -> done.complete(status));
        assertThat(machine.await("an unmap", done)).isEqualTo(EngineStatus.OK);
    }

    private void writeAll(SimPool machine, int many, long id) {
        List<CompletableFuture<EngineStatus>> writes = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Volume volume = machine.pool().volume(new VolumeId(new UUID(5, i))).orElseThrow();
            CompletableFuture<EngineStatus> written = new CompletableFuture<>();
            volume.write(0, Content.of(id, 0, 8), false, (status, detail) -> written.complete(status));
            writes.add(written);
        }
        writes.forEach(one -> assertThat(machine.await("a write", one)).isEqualTo(EngineStatus.OK));
    }

    private static long now(SimPool machine) {
        return machine.loop().wallClockMicros();
    }

    private static void pass(SimPool machine, long micros) {
        boolean[] rang = {false};
        machine.loop().schedule(() -> rang[0] = true, TimeUnit.MICROSECONDS.toNanos(micros));
        while (!rang[0]) {
            assertThat(machine.loop().runOne()).isTrue();
        }
    }

    private void write(SimPool machine, long id) {
        asked.put(now(machine), id);
        assertThat(machine.await("a write", begin(machine, id))).isEqualTo(EngineStatus.OK);
        history.put(now(machine), id);
    }

    private static CompletableFuture<EngineStatus> begin(SimPool machine, long id) {
        Volume volume = machine.pool().volume(ID).orElseThrow();
        CompletableFuture<EngineStatus> written = new CompletableFuture<>();
        volume.write(0, Content.of(id, 0, 8), false, (status, detail) -> written.complete(status));
        return written;
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static long shown(SimPool machine, Volume volume) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8 * Content.SECTOR);
        CompletableFuture<EngineStatus> read = new CompletableFuture<>();
        volume.read(0, bytes, (status, detail) -> read.complete(status));
        assertThat(machine.await("a read", read)).isEqualTo(EngineStatus.OK);
        return Content.operation(bytes, 0, 0);
    }

    /** Each second of the window, but for the newest, shows what was there a second before or later. */
    private void look(SimPool machine) {
        Timeline timeline = machine.pool().timeline();
        Instant reachable =
                machine.await("the window", timeline.rewind(ID)).reachable().orElseThrow();
        long from = ChronoUnit.MICROS.between(Instant.EPOCH, reachable);
        // The window goes on while others have the log: what has just been reachable need not be any more.
        for (long time = from + 100_000; time < now(machine); time += 1_700_000) {
            Volume clone = machine.await("a clone", timeline.clone(spec(time)));
            long shown = shown(machine, clone);
            // A second between two marks, and the time that the mark's record takes.
            long oldest = history.floorKey(Math.max(0, time - 2_600_000));
            List<Long> right =
                    new ArrayList<>(history.subMap(oldest, true, time, true).values());
            right.add(asked.floorEntry(time).getValue());
            assertThat(right).as("seed %d: at %d", seed, time).contains(shown);
            machine.await("its end", machine.pool().destroy(clone.id()));
        }
        assertThatThrownBy(() -> machine.await(
                        "a clone", timeline.clone(spec(now(machine) - WINDOW.toMillis() * 1000 - 3_000_000))))
                .hasCauseInstanceOf(EngineException.class);
    }

    private Timeline.CloneSpec spec(long time) {
        VolumeId id = new VolumeId(new UUID(2, ++names));
        return new Timeline.CloneSpec(id, ID, new Moment.At(instant(time)), WritePolicy.DURABLE);
    }

    private void goBack(SimPool machine) {
        long begun = now(machine);
        long time = begun - 10_000_000;
        Timeline timeline = machine.pool().timeline();
        Timeline.RollbackSpec spec =
                new Timeline.RollbackSpec(ID, new Moment.At(instant(time)), new SnapshotId(new UUID(3, 1)));
        machine.await("the rewind", timeline.rollback(List.of(spec)));
        long now = shown(machine, machine.pool().volume(ID).orElseThrow());
        history.put(now(machine), now);
        asked.put(begun, now);
    }
}
