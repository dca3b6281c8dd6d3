package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A host has fenced off the others and never comes back: the operator sees it, and ends it. */
final class ReservationsTest {
    private static final int REGISTER = 0;
    private static final int RESERVE = 1;
    private static final int EXCLUSIVE_ACCESS = 3;
    private static final long KEY = 0xA5A5L;

    @TempDir
    Path scratch;

    @Test
    void theOperatorSeesThemAndTakesThemAway() throws IOException {
        try (San san = San.serve(scratch)) {
            JsonNode volume = san.volume("db", "64M");
            int lun = EsxiHost.lun(volume);
            assertThat(state(san)).isEqualTo("none");
            try (EsxiHost left = EsxiHost.login(san, EsxiHost.ESX1, volume)) {
                assertThat(left.outcome(0, out(lun, REGISTER, 0, 0, KEY))).isEqualTo("GOOD");
                assertThat(state(san)).isEqualTo("registered");
                assertThat(left.outcome(0, out(lun, RESERVE, EXCLUSIVE_ACCESS, KEY, 0)))
                        .isEqualTo("GOOD");
            }
            try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX2, volume)) {
                assertThat(host.outcome(0, EsxiHost.write(lun, 0, new byte[512])))
                        .isEqualTo("CONFLICT");
                JsonNode shown = san.json("volume", "reservations", "db");
                assertThat(shown.get("state").asString()).isEqualTo("reserved");
                assertThat(shown.get("type").asString()).isEqualTo("exclusive-access");
                JsonNode registration = shown.get("registrations").get(0);
                assertThat(registration.get("initiator").asString()).startsWith(EsxiHost.ESX1 + ",i,0x");
                assertThat(registration.get("portal").asInt()).isEqualTo(1);
                assertThat(registration.get("key").asString()).isEqualTo("0x000000000000a5a5");
                assertThat(registration.get("holds").asBoolean()).isTrue();
                assertThat(san.cli("volume", "reservations", "db", "--clear").exit())
                        .as("it asks first")
                        .isNotZero();
                assertThat(state(san)).isEqualTo("reserved");
                assertThat(san.cli("volume", "reservations", "db", "--clear", "--yes")
                                .exit())
                        .isZero();
                assertThat(state(san)).isEqualTo("none");
                assertThat(host.heard(0, lun, "06/2A/03")).isTrue();
                assertThat(host.outcome(0, EsxiHost.write(lun, 0, new byte[512])))
                        .isEqualTo("GOOD");
            }
            assertThat(san.cli("volume", "reservations", "nothing").exit()).isNotZero();
        }
    }

    private static String state(San san) throws IOException {
        return san.json("volume", "reservations", "db").get("state").asString();
    }

    private static ScsiRequest out(int lun, int action, int type, long key, long actionKey) {
        byte[] list = ByteBuffer.allocate(24).putLong(key).putLong(actionKey).array();
        return ScsiRequest.out(lun, new byte[] {0x5F, (byte) action, (byte) type, 0, 0, 0, 0, 0, 24, 0}, list);
    }
}
