package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.TaskAbortedException;
import dev.sandstone.iscsi.pdu.R2t;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The heartbeat of a datastore is an ATS every few seconds. One that takes too long is aborted and sent again: what was
 * aborted must never take effect, or the host finds a heartbeat that it does not know and lets go of the datastore.
 */
final class EsxiHeartbeatTest {
    private static final int COMPLETE = 0;
    private static final int NO_SUCH_TASK = 1;
    private static final int BULK = 48;
    private static final int ROUNDS = 200;
    private static final int BEATS = 20;

    /** The heartbeat that the first part of the test ends with. */
    private static final int FIRST = 3 + BEATS;

    private static final long HEARTBEAT = 3L * EsxiHost.MIB_BLOCKS;
    private static final long DISK = 16L * EsxiHost.MIB_BLOCKS;

    @TempDir
    Path scratch;

    private San san;
    private JsonNode volume;
    private int lun;

    @BeforeEach
    void start() throws IOException {
        san = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0");
        volume = san.volume("datastore", "1G");
        lun = EsxiHost.lun(volume);
    }

    @AfterEach
    void stop() throws IOException {
        san.close();
    }

    @Test
    void goesAheadOfBulkAndIsNeverAppliedAfterItsAbort() throws Exception {
        try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, volume)) {
            assertThat(host.outcome(0, ats(0, 1))).isEqualTo("GOOD");
            goesAheadOfWritesThatWaitForData(host);
            goesAheadOfWritesThatHaveTheirs(host);
            isAbortedWhileItWaitsForItsTurn(host);
            isAbortedWhileItsDataIsOnTheWay(host);
            isAbortedTooLate(host);
            isAbortedAtAnyMoment(host);
        }
        assertThat(san.cli("pool", "check").exit()).isZero();
    }

    /** From one heartbeat to another; generation 0 is a block never written. */
    private ScsiRequest ats(int from, int to) {
        return EsxiHost.ats(lun, HEARTBEAT, heartbeat(from), heartbeat(to));
    }

    private static byte[] heartbeat(int generation) {
        return generation == 0 ? new byte[EsxiHost.BLOCK] : EsxiHost.stamped(generation);
    }

    private ScsiRequest bulk(int number, int attribute) {
        byte[] data = EsxiHost.stamped(number, 1 << 20);
        return EsxiHost.write(lun, DISK + (long) number * EsxiHost.MIB_BLOCKS, data)
                .withAttribute(attribute);
    }

    /** What stands in the block; all that came before was answered, and so has ended. */
    private byte[] settled(EsxiHost host) throws IOException {
        ScsiRequest read = ScsiRequest.in(lun, Cdb.read16(HEARTBEAT, 1), EsxiHost.BLOCK);
        return host.heeding(0, read).requireGood().dataIn();
    }

    private HeldConnection held(int path) throws IOException {
        return HeldConnection.login(san, path, EsxiHost.ESX1, volume.get("iqn").asString(), lun);
    }

    private void goesAheadOfWritesThatWaitForData(EsxiHost host) throws IOException {
        try (HeldConnection held = held(1)) {
            List<Integer> tags = new ArrayList<>();
            for (int i = 0; i < BULK; i++) {
                tags.add(held.send(bulk(i, 1), 0));
            }
            R2t asked = held.asked(tags.get(0));
            assertThat(host.outcome(0, ats(1, 2))).as("over another path").isEqualTo("GOOD");
            assertThat(held.status(held.send(ats(2, 3), 2 * EsxiHost.BLOCK)))
                    .as("over the same")
                    .isZero();
            // They were really under way: the first goes on now.
            held.give(tags.get(0), asked);
            assertThat(held.asked(tags.get(0)).bufferOffset()).isEqualTo(asked.desiredDataTransferLength());
        }
    }

    /** The bulk never ends before the heartbeats have been answered. */
    private void goesAheadOfWritesThatHaveTheirs(EsxiHost host) throws IOException {
        CompletableFuture<Void> beats = CompletableFuture.runAsync(() -> {
            for (int beat = 3; beat < 3 + BEATS; beat++) {
                assertThat(EsxiHost.word(
                                host.path(0).submit(ats(beat, beat + 1)).done().join()))
                        .as("heartbeat " + beat)
                        .isEqualTo("GOOD");
            }
        });
        Deque<CompletableFuture<ScsiResult>> bulk = new ArrayDeque<>();
        for (int i = 0; !beats.isDone(); i = (i + 1) % BULK) {
            bulk.add(host.path(1).submit(bulk(i, 1)).done());
            if (bulk.size() == BULK) {
                assertThat(EsxiHost.word(bulk.remove().join())).isEqualTo("GOOD");
            }
        }
        beats.join();
        bulk.forEach(write -> assertThat(EsxiHost.word(write.join())).isEqualTo("GOOD"));
    }

    private void isAbortedWhileItWaitsForItsTurn(EsxiHost host) throws IOException {
        try (HeldConnection held = held(0)) {
            int barrier = held.send(EsxiHost.write(lun, DISK, EsxiHost.stamped(1)), 0);
            R2t asked = held.asked(barrier);
            int late = held.send(ats(FIRST, 101).withAttribute(EsxiHost.ORDERED), 2 * EsxiHost.BLOCK);
            assertThat(held.abort(late)).isEqualTo(COMPLETE);
            held.give(barrier, asked);
            assertThat(held.status(barrier)).isZero();
            assertThat(settled(host)).isEqualTo(heartbeat(FIRST));
            assertThat(held.status(held.send(ats(FIRST, 102), 2 * EsxiHost.BLOCK)))
                    .as("the retry")
                    .isZero();
            assertThat(settled(host)).isEqualTo(heartbeat(102));
        }
    }

    private void isAbortedWhileItsDataIsOnTheWay(EsxiHost host) throws IOException {
        try (HeldConnection held = held(1)) {
            int late = held.send(ats(102, 103), 0);
            R2t asked = held.asked(late);
            assertThat(held.abort(late)).isEqualTo(COMPLETE);
            held.give(late, asked);
            assertThat(held.status(held.send(ats(102, 104), 2 * EsxiHost.BLOCK)))
                    .as("the retry")
                    .isZero();
            assertThat(settled(host)).isEqualTo(heartbeat(104));
        }
    }

    private void isAbortedTooLate(EsxiHost host) throws IOException {
        try (HeldConnection held = held(1)) {
            int done = held.send(ats(104, 105), 2 * EsxiHost.BLOCK);
            assertThat(held.status(done)).isZero();
            assertThat(held.abort(done)).isEqualTo(NO_SUCH_TASK);
            assertThat(settled(host)).isEqualTo(heartbeat(105));
        }
    }

    /** Whatever the answer to the abort says is so, and stays so: each next heartbeat builds upon it. */
    private void isAbortedAtAnyMoment(EsxiHost host) throws Exception {
        Random random = new Random(20261130);
        int known = 105;
        int next = 106;
        for (int round = 0; round < ROUNDS; round++, next += 2) {
            List<Future<ScsiResult>> load = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                load.add(host.path(1).submit(bulk(i, 1)).done());
            }
            int attribute = random.nextBoolean() ? 1 : EsxiHost.ORDERED;
            IscsiSession.Call call = host.path(0).submit(ats(known, next).withAttribute(attribute));
            int response = host.path(0).manage(EsxiHost.ABORT_TASK, ScsiRequest.lun(lun), call.tag());
            if (response == NO_SUCH_TASK) {
                assertThat(EsxiHost.word(call.done().get())).isEqualTo("GOOD");
                known = next;
            } else {
                assertThat(response).isEqualTo(COMPLETE);
                assertThatThrownBy(() -> call.done().get()).hasCauseInstanceOf(TaskAbortedException.class);
            }
            assertThat(host.outcome(0, ats(known, next + 1)))
                    .as("round " + round + ", response " + response)
                    .isEqualTo("GOOD");
            known = next + 1;
            for (Future<ScsiResult> write : load) {
                write.get();
            }
        }
        assertThat(settled(host)).isEqualTo(heartbeat(known));
    }
}
