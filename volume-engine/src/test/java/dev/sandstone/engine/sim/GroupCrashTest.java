package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What is done to several volumes by one record is done to all of them or none, whichever commit of the tables a loss of
 * power goes back to: the record's facts are never parted by the moments that it names.
 */
class GroupCrashTest {
    private static final int BLOCKS = 64;
    private static final int MEMBERS = 3;
    private static final int SEEDS = 60;

    @Test
    void snapshotsAndGoingBackOfAGroupAreWholeAfterACrash() throws StoreException {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Group(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static final class Group {
        private final Random random;
        private final SimPool machine;

        Group(long seed) throws StoreException {
            random = new Random(seed);
            machine = new SimPool(random, SimSetup.fixed());
        }

        private static VolumeId volume(int member) {
            return new VolumeId(new UUID(5, member + 1));
        }

        private static SnapshotId snapshot(int member, int time) {
            return new SnapshotId(new UUID(6 + time, member + 1));
        }

        void run() throws StoreException {
            machine.open();
            for (int i = 0; i < MEMBERS; i++) {
                VolumeSpec spec = new VolumeSpec(volume(i), BLOCKS, WritePolicy.DURABLE);
                machine.await("a volume", machine.pool().create(spec));
            }
            writeAll(1);
            List<Timeline.SnapshotSpec> taken = new ArrayList<>();
            List<Timeline.RollbackSpec> back = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                taken.add(new Timeline.SnapshotSpec(snapshot(i, 0), volume(i)));
                back.add(new Timeline.RollbackSpec(volume(i), new Moment.Of(snapshot(i, 0)), snapshot(i, 1)));
            }
            machine.await("snapshots", machine.pool().timeline().take(taken));
            lose();
            expect(1, 1, 0);
            writeAll(2);
            machine.await("going back", machine.pool().timeline().rollback(back));
            lose();
            expect(1, 1, 2);
            // Each volume goes on in its own lineage.
            writeAll(3);
            lose();
            expect(3, 1, 2);
            List<SnapshotId> gone = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                gone.add(snapshot(i, 0));
                gone.add(snapshot(i, 1));
            }
            machine.await("a deletion", machine.pool().timeline().delete(gone));
            lose();
            expect(3, 0, 0);
        }

        /** Some time later, so that some commits of the tables have been made. */
        private void lose() throws StoreException {
            machine.run(random.nextInt(60));
            machine.crash(Tear.random(random));
            machine.open();
            assertThat(machine.await("a check", machine.pool().check())).isEmpty();
        }

        private void writeAll(int stamp) {
            for (int i = 0; i < MEMBERS; i++) {
                write(i, stamp);
            }
            // What comes next finds the first members folded and the last one not.
            machine.await("a fold", machine.pool().usage());
            write(MEMBERS - 1, stamp);
        }

        private void write(int member, int stamp) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCKS * Content.SECTOR);
            while (bytes.hasRemaining()) {
                bytes.putInt(stamp * 100 + member);
            }
            CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
            Volume volume = machine.pool().volume(volume(member)).orElseThrow();
            volume.write(0, bytes.flip(), false, (status, detail) -> answer.complete(status));
            assertThat(machine.await("a write", answer)).isEqualTo(EngineStatus.OK);
        }

        private void expect(int now, int before, int undone) {
            Timeline timeline = machine.pool().timeline();
            for (int i = 0; i < MEMBERS; i++) {
                assertThat(stamp(machine.pool().volume(volume(i)).orElseThrow()))
                        .isEqualTo(now * 100 + i);
                int[] stamps = {before, undone};
                for (int time = 0; time < stamps.length; time++) {
                    SnapshotId id = snapshot(i, time);
                    assertThat(timeline.snapshot(id).isPresent()).isEqualTo(stamps[time] != 0);
                    if (stamps[time] != 0) {
                        assertThat(stamp(machine.await("a view", timeline.view(id))))
                                .as("%s of member %d", time == 0 ? "snapshot" : "undo snapshot", i)
                                .isEqualTo(stamps[time] * 100 + i);
                    }
                }
            }
        }

        private int stamp(Volume volume) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCKS * Content.SECTOR);
            CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
            volume.read(0, bytes, (status, detail) -> answer.complete(status));
            assertThat(machine.await("a read", answer)).isEqualTo(EngineStatus.OK);
            int first = bytes.getInt(0);
            for (int at = 0; at < bytes.capacity(); at += Integer.BYTES) {
                assertThat(bytes.getInt(at)).isEqualTo(first);
            }
            return first;
        }
    }
}
