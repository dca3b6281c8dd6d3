package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** VPD pages 00, 80, 83 and 86 byte by byte (SPC-4 7.8). */
@Commands("INQUIRY")
class IdentityPagesTest {
    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final Nexus nexus;

    IdentityPagesTest() {
        bench.map("host", new LunEntry(0, server, false));
        nexus = bench.openQuiet("host", 0);
    }

    @Test
    void supportedPagesAscend() {
        assertThat(HexFormat.of().formatHex(page(0x00))).isEqualTo("0000000a" + "00808385868788b0b1b2");
    }

    @Test
    void serialNumber() {
        String serial = server.unit().attributes().serial();
        assertThat(serial).hasSize(32);
        assertThat(page(0x80)).isEqualTo(concat(new byte[] {0, (byte) 0x80, 0, 32}, ascii(serial)));
    }

    @Test
    void deviceIdentification() {
        UnitAttributes attributes = server.unit().attributes();
        byte[] portName = name(DeviceBench.TARGET + ",t,0x0001");
        byte[] deviceName = name(DeviceBench.TARGET);
        byte[] body = concat(
                new byte[] {0x01, 0x03, 0, 8},
                HexFormat.of().parseHex(attributes.naa()),
                new byte[] {0x02, 0x01, 0, 40},
                ascii("SANDSTON" + attributes.serial()),
                new byte[] {0x51, (byte) 0x94, 0, 4, 0, 0, 0, 1},
                new byte[] {0x51, (byte) 0x95, 0, 4, 0, 0, 0, 1},
                new byte[] {0x53, (byte) 0x98, 0, (byte) portName.length},
                portName,
                new byte[] {0x53, (byte) 0xA8, 0, (byte) deviceName.length},
                deviceName);
        byte[] header = ByteBuffer.allocate(4)
                .put((byte) 0)
                .put((byte) 0x83)
                .putShort((short) body.length)
                .array();
        assertThat(page(0x83)).isEqualTo(concat(header, body));
    }

    @Test
    void portsAreNamed() {
        byte[] page = page(0x88);
        ByteBuffer expected = ByteBuffer.allocate(1024).putInt(0);
        for (int id = 1; id <= 2; id++) {
            byte[] name = name(DeviceBench.TARGET + ",t,0x000" + id);
            expected.putShort((short) 0).putShort((short) id).putInt(0).putShort((short) 0);
            expected.putShort((short) (4 + name.length));
            expected.put((byte) 0x53)
                    .put((byte) 0x98)
                    .put((byte) 0)
                    .put((byte) name.length)
                    .put(name);
        }
        expected.put(1, (byte) 0x88).putShort(2, (short) (expected.position() - 4));
        assertThat(page).isEqualTo(Arrays.copyOf(expected.array(), expected.position()));
        assertThat(page(0x87)).isEqualTo(new byte[] {0, (byte) 0x87, 0, 4, 0x3F, (byte) 0xFF, 0, 0});
        assertThat(page(0x85)).isEqualTo(new byte[] {0, (byte) 0x85, 0, 0});
    }

    @Test
    void extendedInquiryTellsTheAttributesAndTheCache() {
        byte[] page = page(0x86);
        assertThat(page).hasSize(64).startsWith(0, 0x86, 0, 0x3C, 0, 0x07, 0);
        DeviceBench.volume(server).writePolicy(WritePolicy.WRITE_BACK);
        assertThat(page(0x86)[6]).isEqualTo((byte) 1);
    }

    @Test
    void namesFollowFromTheUuidAndTellUnitsApart() {
        long seed = 20261122;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Set<String> serials = new HashSet<>();
        Set<String> naas = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            UUID uuid = new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE);
            UnitAttributes attributes = UnitAttributes.of(uuid, 512, false);
            assertThat(attributes).isEqualTo(UnitAttributes.of(uuid, 512, false));
            assertThat(attributes.naa()).startsWith("3").hasSize(16);
            serials.add(attributes.serial().substring(0, 8));
            naas.add(attributes.naa());
        }
        assertThat(serials).hasSize(2000);
        assertThat(naas).hasSize(2000);
    }

    @Test
    void attributesThatNoPageCanCarryAreRefused() {
        String naa = "3000000000000001";
        assertThatThrownBy(() -> new UnitAttributes("short", naa, 512, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UnitAttributes("12345678", "1000000000000001", 512, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UnitAttributes("12345678", naa, 1024, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] page(int code) {
        return bench.send(nexus, 0, "12 01 " + HexFormat.of().toHexDigits((byte) code) + " 0FFF 00")
                .assertGood()
                .dataIn();
    }

    private static byte[] name(String text) {
        byte[] bytes = ascii(text);
        return Arrays.copyOf(bytes, (bytes.length / 4 + 1) * 4);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }
}
