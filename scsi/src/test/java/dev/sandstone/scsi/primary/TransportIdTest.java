package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** iSCSI TransportIDs (SPC-4 7.6.4.6), byte for byte. */
class TransportIdTest {
    /** Where they stand in a list. */
    private static final int AT = 28;

    private static final int PORT = 0x45;
    private static final int DEVICE = 0x05;

    private static byte[] id(int first, byte[] name) {
        int length = Math.max(20, (name.length + 4) & ~3);
        return ByteBuffer.allocate(4 + length)
                .put((byte) first)
                .putShort(2, (short) length)
                .put(4, name)
                .array();
    }

    private static byte[] id(int first, String name) {
        return id(first, name.getBytes(StandardCharsets.UTF_8));
    }

    private static TransportId decode(byte[] id) {
        ByteBuffer list = ByteBuffer.allocate(AT + id.length).put(AT, id);
        return TransportId.decode(new ParameterList(list), AT);
    }

    private static void refused(byte[] id, int pointer) {
        CheckCondition refused = catchThrowableOfType(CheckCondition.class, () -> decode(id));
        assertThat(refused).as("it was taken").isNotNull();
        assertThat(refused.sense().encode(false))
                .isEqualTo(
                        SenseData.invalidFieldInParameterList(AT + pointer, -1).encode(false));
    }

    @ParameterizedTest
    @CsvSource({
        "'iqn.2026-11.test:a,i,0x00023d000001', 'iqn.2026-11.test:a,i,0x00023d000001'",
        "'IQN.2026-11.test:A,i,0x00023D00ABCD', 'iqn.2026-11.test:a,i,0x00023d00abcd'",
        "'eui.02004567A425678D,i,0x000000000000', 'eui.02004567a425678d,i,0x000000000000'",
        "'naa.52004567BA64678D,i,0xffffffffffff', 'naa.52004567ba64678d,i,0xffffffffffff'"
    })
    void portsAreNamedAsTheirSessionsAre(String name, String port) {
        byte[] id = id(PORT, name);
        assertThat(decode(id)).isEqualTo(new TransportId(port, true, id.length));
    }

    @Test
    void aDeviceHasNoSessionIdentifier() {
        byte[] id = id(DEVICE, "iqn.2026-11.test:Host");
        assertThat(decode(id)).isEqualTo(new TransportId("iqn.2026-11.test:host", false, id.length));
        refused(id(DEVICE, "iqn.2026-11.test:a,i,0x00023d000001"), 4);
        refused(id(PORT, "iqn.2026-11.test:a"), 4);
    }

    @Test
    void theLongestNameIsTaken() {
        String name = "iqn.2026-11.test:" + "a".repeat(223 - 17);
        byte[] id = id(PORT, name + ",i,0x000000000001");
        assertThat(decode(id).name()).hasSize(240);
        refused(id(PORT, name + "a,i,0x000000000001"), 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "iqn.x,i,0x000000000001",
                "hello world,i,0x000000000001",
                ",i,0x000000000001",
                "iqn.2026-11.test:a b,i,0x000000000001",
                "iqn.2026-11.test:a,i,0x",
                "iqn.2026-11.test:a,i,0x00000000001",
                "iqn.2026-11.test:a,i,0x0000000000001",
                "iqn.2026-11.test:a,i,0x00000000000g",
                "iqn.2026-11.test:a,i,0xZZZZZZZZZZZZ",
                "iqn.2026-11.test:a,i,0x000000000001,i,0x000000000001",
                "iqn.2026-11.test:a\u0000,i,0x000000000001",
                "iqn.2026-11.test:a,i,0x000000000001\u0000x"
            })
    void whatIsNoNameIsRefused(String name) {
        refused(id(PORT, name), 4);
    }

    @Test
    void whatIsNoTextIsRefused() {
        byte[] id = id(PORT, "iqn.2026-11.test:aaaa,i,0x000000000001");
        id[4 + 18] = (byte) 0xFF;
        refused(id, 4);
        byte[] cut = id(PORT, "iqn.2026-11.test:aaaa,i,0x000000000001");
        cut[4 + 18] = (byte) 0xC3;
        refused(cut, 4);
    }

    @Test
    void aNameWithoutItsNullIsRefused() {
        byte[] name = "iqn.2026-11.test:a,i,0x0000000000012".getBytes(StandardCharsets.US_ASCII);
        byte[] id = id(PORT, Arrays.copyOf(name, 36));
        assertThat(id[id.length - 1]).isZero();
        byte[] unterminated = Arrays.copyOf(id, 4 + 36);
        unterminated[3] = 36;
        refused(unterminated, 4);
    }

    @Test
    void theHeaderIsChecked() {
        byte[] id = id(PORT, "iqn.2026-11.test:a,i,0x000000000001");
        for (int first : new int[] {0x40, 0x46, 0x85, 0xC5, 0x55, 0x65}) {
            byte[] wrong = id.clone();
            wrong[0] = (byte) first;
            refused(wrong, 0);
        }
        byte[] reserved = id.clone();
        reserved[1] = 1;
        refused(reserved, 1);
        for (int length : new int[] {0, 16, 22, 37, 248, 0xFFFC}) {
            byte[] wrong = id.clone();
            ByteBuffer.wrap(wrong).putShort(2, (short) length);
            refused(wrong, 2);
        }
    }
}
