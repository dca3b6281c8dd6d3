package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Making a VMFS datastore: zeroing, and ATS as it is tried for the first time. A primitive is taken for supported once it
 * has worked, and given up for good when it ends with 05/20/00, so nothing that passes may end so.
 */
final class EsxiFormatTest {
    private static final int HEARTBEAT = 3 * EsxiHost.MIB_BLOCKS;

    @TempDir
    Path scratch;

    @Test
    void formatsADatastore() throws IOException {
        try (San san = San.serve(scratch)) {
            JsonNode volume = san.volume("datastore", "1G");
            int lun = EsxiHost.lun(volume);
            try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, volume)) {
                zeroes(san, host, lun);
                testsAndSets(host, lun);
                passingTroublePasses(host, lun);
            }
        }
    }

    private static long used(San san) throws IOException {
        return san.json("volume", "show", "datastore").get("used_bytes").asLong();
    }

    private static void zeroes(San san, EsxiHost host, int lun) throws IOException {
        byte[] old = EsxiHost.stamped(7, 1 << 20);
        for (int mib = 0; mib < 8; mib++) {
            assertThat(host.outcome(0, EsxiHost.write(lun, (long) mib * EsxiHost.MIB_BLOCKS, old)))
                    .isEqualTo("GOOD");
        }
        assertThat(used(san)).isEqualTo(8L << 20);
        for (int mib = 0; mib < 32; mib++) {
            assertThat(host.outcome(0, EsxiHost.zero(lun, (long) mib * EsxiHost.MIB_BLOCKS, EsxiHost.MIB_BLOCKS)))
                    .isEqualTo("GOOD");
        }
        assertThat(used(san))
                .as("thin stays thin, and what lay there is given back")
                .isZero();
        for (int mib = 0; mib < 8; mib++) {
            assertThat(host.read(0, lun, (long) mib * EsxiHost.MIB_BLOCKS, EsxiHost.MIB_BLOCKS))
                    .containsOnly(0);
        }
        // Inside a block of the map.
        byte[] around = EsxiHost.stamped(9, 4096);
        assertThat(host.outcome(0, EsxiHost.write(lun, 0, around))).isEqualTo("GOOD");
        assertThat(host.outcome(0, EsxiHost.zero(lun, 3, 2))).isEqualTo("GOOD");
        Arrays.fill(around, 3 * EsxiHost.BLOCK, 5 * EsxiHost.BLOCK, (byte) 0);
        assertThat(host.read(0, lun, 0, 8)).isEqualTo(around);
    }

    private static void testsAndSets(EsxiHost host, int lun) throws IOException {
        byte[] zeros = new byte[EsxiHost.BLOCK];
        byte[] free = EsxiHost.stamped(1);
        byte[] taken = EsxiHost.stamped(2);
        for (int slot = 0; slot < 8; slot++) {
            assertThat(host.outcome(0, EsxiHost.ats(lun, HEARTBEAT + slot, zeros, free)))
                    .as("slot " + slot + " of a block of the map")
                    .isEqualTo("GOOD");
        }
        assertThat(host.outcome(0, EsxiHost.ats(lun, HEARTBEAT + 3, free, taken)))
                .isEqualTo("GOOD");
        byte[] guess = taken.clone();
        guess[300] ^= 1;
        ScsiResult lost = host.path(0).execute(EsxiHost.ats(lun, HEARTBEAT + 3, guess, free));
        assertThat(EsxiHost.word(lost)).isEqualTo("0E/1D/00");
        assertThat(lost.sense()[0] & 0xFF).as("VALID, fixed format").isEqualTo(0xF0);
        assertThat(ByteBuffer.wrap(lost.sense()).getInt(3))
                .as("INFORMATION: where it differs")
                .isEqualTo(300);
        for (int slot = 0; slot < 8; slot++) {
            assertThat(host.read(0, lun, HEARTBEAT + slot, 1))
                    .as("slot " + slot)
                    .isEqualTo(slot == 3 ? taken : free);
        }
    }

    /** The unit cannot do anything for a while: each primitive says NOT READY, none that it is not there. */
    private static void passingTroublePasses(EsxiHost host, int lun) throws IOException {
        ScsiRequest[] primitives = {
            EsxiHost.ats(lun, HEARTBEAT, EsxiHost.stamped(1), EsxiHost.stamped(2)),
            EsxiHost.zero(lun, 0, EsxiHost.MIB_BLOCKS),
            EsxiHost.unmap(lun, new long[] {0, EsxiHost.MIB_BLOCKS}),
            EsxiHost.write(lun, 0, EsxiHost.stamped(1))
        };
        byte[] eraseAtOnce = {0x48, (byte) 0x82, 0, 0, 0, 0, 0, 0, 0, 0};
        assertThat(host.outcome(0, ScsiRequest.of(lun, eraseAtOnce))).isEqualTo("GOOD");
        for (ScsiRequest primitive : primitives) {
            assertThat(host.outcome(0, primitive)).isEqualTo("02/04/1B");
        }
        assertThat(host.outcome(0, ScsiRequest.in(lun, Cdb.inquiry(36), 36))).isEqualTo("GOOD");
    }
}
