package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sandstone.initiator.InitiatorException;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A path goes away in the midst of I/O: the host goes on over the other one, and comes back. */
final class EsxiPathTest {
    private static final int REGISTER = 0x00;
    private static final int RESERVE = 0x01;
    private static final int READ_KEYS = 0x00;
    private static final int READ_RESERVATION = 0x01;

    /** WRITE EXCLUSIVE - REGISTRANTS ONLY. */
    private static final int TYPE = 5;

    private static final long KEY = 0x1234;
    private static final int WRITES = 96;
    private static final int DONE_BEFORE = 16;

    @TempDir
    Path scratch;

    private int lun;

    @Test
    void goesOnOverTheOtherPath() throws Exception {
        try (San san = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0")) {
            JsonNode volume = san.volume("datastore", "1G");
            lun = EsxiHost.lun(volume);
            san.json("portal", "set", "2", "--access", "non-optimized");
            try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, volume);
                    EsxiHost neighbour = EsxiHost.login(san, EsxiHost.ESX2, volume)) {
                byte[] groups = host.in(0, lun, EsxiHost.reportTargetPortGroups(), 512);
                assertThat(new int[] {groups[4] & 0x0F, groups[16] & 0x0F})
                        .as("the host prefers the first: active/optimized, active/non-optimized")
                        .containsExactly(0, 1);
                noWriteIsLost(host);
                aReservationGoesWithItsPath(host, neighbour);
                aPersistentReservationStays(host, neighbour);
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    private ScsiRequest write(int number, int version) {
        byte[] data = EsxiHost.stamped(version * 1000 + number, 1 << 20);
        return EsxiHost.write(lun, (long) number * EsxiHost.MIB_BLOCKS, data);
    }

    /** What was not answered is sent again over the other path, which then goes on; nothing of the old path comes later. */
    private void noWriteIsLost(EsxiHost host) throws IOException {
        List<CompletableFuture<ScsiResult>> under = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            under.add(host.path(0).submit(write(i, 1)).done());
        }
        // On the thread that reads the answers: none comes after this one.
        under.get(DONE_BEFORE)
                .thenRun(() -> assertThatCode(() -> host.path(0).reset()).doesNotThrowAnyException())
                .join();
        List<Integer> retried = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            if (!answered(under.get(i))) {
                assertThat(host.outcome(1, write(i, 1))).isEqualTo("GOOD");
                assertThat(host.outcome(1, write(i, 2))).isEqualTo("GOOD");
                retried.add(i);
            }
        }
        assertThat(retried).as("cut off").isNotEmpty();
        host.restore(0);
        assertThat(host.attentions(0, lun)).as("I_T NEXUS LOSS OCCURRED").containsExactly("06/29/07");
        for (int i = 0; i < WRITES; i++) {
            assertThat(host.read(0, lun, (long) i * EsxiHost.MIB_BLOCKS, EsxiHost.MIB_BLOCKS))
                    .as("MiB " + i)
                    .isEqualTo(write(i, retried.contains(i) ? 2 : 1).dataOut());
        }
    }

    private static boolean answered(CompletableFuture<ScsiResult> write) {
        try {
            assertThat(EsxiHost.word(write.join())).isEqualTo("GOOD");
            return true;
        } catch (CompletionException lost) {
            assertThat(lost).hasCauseInstanceOf(InitiatorException.class);
            return false;
        }
    }

    /** RESERVE(6) is of the nexus (SPC-2 5.5.1): when the host loses it, it can reserve over the other path. */
    private void aReservationGoesWithItsPath(EsxiHost host, EsxiHost neighbour) throws IOException {
        assertThat(host.outcome(0, ScsiRequest.of(lun, EsxiHost.reserve6()))).isEqualTo("GOOD");
        assertThat(host.outcome(1, write(0, 3))).isEqualTo("CONFLICT");
        assertThat(neighbour.outcome(0, write(0, 3))).isEqualTo("CONFLICT");
        host.path(0).close();
        Awaitility.await()
                .untilAsserted(() -> assertThat(host.outcome(1, ScsiRequest.of(lun, EsxiHost.reserve6())))
                        .isEqualTo("GOOD"));
        assertThat(neighbour.outcome(0, write(0, 3))).isEqualTo("CONFLICT");
        assertThat(host.outcome(1, ScsiRequest.of(lun, EsxiHost.release6()))).isEqualTo("GOOD");
        assertThat(neighbour.outcome(0, write(0, 3))).isEqualTo("GOOD");
        host.restore(0);
    }

    /** Registrations and what they reserve are of initiator and target port by name: they outlive the path (SPC-4 5.13). */
    private void aPersistentReservationStays(EsxiHost host, EsxiHost neighbour) throws IOException {
        for (int path = 0; path < host.paths(); path++) {
            assertThat(host.outcome(path, EsxiHost.persistentReserveOut(lun, REGISTER, 0, 0, KEY)))
                    .isEqualTo("GOOD");
        }
        assertThat(host.outcome(0, EsxiHost.persistentReserveOut(lun, RESERVE, TYPE, KEY, 0)))
                .isEqualTo("GOOD");
        host.path(0).reset();
        assertThat(host.outcome(1, write(1, 4))).as("a registrant").isEqualTo("GOOD");
        assertThat(neighbour.outcome(1, write(1, 5))).as("not registered").isEqualTo("CONFLICT");
        assertThat(neighbour.read(1, lun, EsxiHost.MIB_BLOCKS, EsxiHost.MIB_BLOCKS))
                .isEqualTo(write(1, 4).dataOut());
        host.restore(0);
        assertThat(host.outcome(0, write(1, 6)))
                .as("the same nexus as before, still registered")
                .isEqualTo("GOOD");
        ByteBuffer keys = ByteBuffer.wrap(host.in(0, lun, EsxiHost.persistentReserveIn(READ_KEYS), 512));
        assertThat(keys.getInt(4)).as("two keys").isEqualTo(16);
        assertThat(keys.getLong(8)).isEqualTo(KEY);
        ByteBuffer holder = ByteBuffer.wrap(host.in(1, lun, EsxiHost.persistentReserveIn(READ_RESERVATION), 512));
        assertThat(holder.getInt(4)).as("one reservation").isEqualTo(16);
        assertThat(holder.getLong(8)).isEqualTo(KEY);
        assertThat(holder.get(21)).isEqualTo((byte) TYPE);
    }
}
