package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Any sequence of PERSISTENT RESERVE OUT from several ports: each ends with a status and none by an exception, the unit goes
 * on, and a restart at any moment finds the very state that was in force.
 *
 * <p>Each command of the input: one byte for the service action (bits 2-0), the port (4-3) and how the list is made (7-5), one
 * for SCOPE and TYPE, one for the flags of the list, one for both keys, then what the list's kind takes.
 */
class PersistentReserveOutFuzzTest {
    private static final int MOST_COMMANDS = 32;
    private static final int MOST_BYTES = 2048;
    private static final int PARAMETER_LIST_LENGTH = 5;
    private static final int BASIC_BYTES = 24;
    private static final List<String> INITIATORS =
            List.of("iqn.2026-11.test:a", "iqn.2026-11.test:b", "eui.02004567a425678d", "naa.52004567ba64678d");

    @FuzzTest(maxDuration = "20s")
    void sequences(byte[] input) {
        DeviceBench bench = new DeviceBench();
        DeviceServer server = bench.server();
        HeapVolume volume = DeviceBench.volume(server);
        List<Nexus> nexuses = new ArrayList<>();
        for (String initiator : INITIATORS) {
            bench.map(initiator, new LunEntry(0, server, false));
            nexuses.add(bench.openQuiet(initiator, 0));
        }
        ByteBuffer in = ByteBuffer.wrap(input);
        for (int i = 0; i < MOST_COMMANDS && in.hasRemaining(); i++) {
            command(bench, nexuses, in);
            PersistentState now = server.unit().persistent().state();
            LogicalUnit again = new LogicalUnit(volume, server.unit().attributes(), false);
            PersistentState restored = again.persistent().state();
            assertThat(restored).isEqualTo(now);
            assertThat(List.copyOf(restored.registrants())).isEqualTo(List.copyOf(now.registrants()));
        }
    }

    private static void command(DeviceBench bench, List<Nexus> nexuses, ByteBuffer in) {
        int how = next(in);
        byte[] cdb = new byte[16];
        cdb[0] = 0x5F;
        cdb[1] = (byte) (how & 0x07);
        cdb[2] = (byte) next(in);
        byte[] list = list(how, in);
        ByteBuffer.wrap(cdb).putInt(PARAMETER_LIST_LENGTH, list.length);
        Sent sent = bench.startAt(nexuses.get((how >>> 3) & 3), 0, TaskAttribute.SIMPLE, cdb, list);
        if (sent.port().wantsData()) {
            sent.port().deliver(sent.task());
        }
        assertThat(sent.port().ended()).as("it has ended").isTrue();
        assertThat(sent.port().outcome()).doesNotStartWith("HARDWARE_ERROR").isNotIn("aborted", "none");
    }

    private static byte[] list(int how, ByteBuffer in) {
        int flags = next(in);
        int keys = next(in);
        byte[] more = more(how >>> 5, in);
        ByteBuffer list = ByteBuffer.allocate(BASIC_BYTES + more.length);
        list.putLong(0, keys >>> 4).putLong(8, keys & 0x0F).put(BASIC_BYTES, more);
        if ((how & 0x07) == 7) {
            list.put(17, (byte) flags).putShort(18, (short) (flags >>> 4)).putInt(20, more.length);
        } else {
            list.put(20, (byte) flags);
        }
        return list.array();
    }

    /** Nothing, any bytes, one TransportID or many with a name from the input, with the length before them or without. */
    private static byte[] more(int kind, ByteBuffer in) {
        if (kind == 0) {
            return new byte[0];
        }
        if (kind == 1) {
            byte[] any = new byte[next(in) * 8 % MOST_BYTES];
            in.get(any, 0, Math.min(any.length, in.remaining()));
            return any;
        }
        int count = kind < 4 ? 1 : 1 + next(in);
        byte[] name = name(kind, in);
        int length = Math.max(20, (name.length + 4) & ~3);
        boolean announced = kind != 2;
        ByteBuffer ids = ByteBuffer.allocate((announced ? 4 : 0) + count * (4 + length));
        if (announced) {
            ids.putInt(count * (4 + length));
        }
        for (int i = 0; i < count; i++) {
            ByteBuffer id = ids.slice(ids.position(), 4 + length);
            id.put(0, (byte) (kind == 5 ? 0x05 : 0x45))
                    .putShort(2, (short) length)
                    .put(4, name);
            if (count > 1 && name.length > 4) {
                // Names that differ, in what stands before the last hexadecimal digits.
                id.put(4 + name.length - 1, (byte) Character.forDigit(i & 0x0F, 16));
                id.put(4 + name.length - 2, (byte) Character.forDigit(i >>> 4, 16));
            }
            ids.position(ids.position() + 4 + length);
        }
        return ids.array();
    }

    private static byte[] name(int kind, ByteBuffer in) {
        byte[] name;
        if (kind == 7) {
            // No name but what the input has.
            name = new byte[next(in)];
            in.get(name, 0, Math.min(name.length, in.remaining()));
            return name;
        }
        int more = next(in);
        StringBuilder text = new StringBuilder("iqn.2026-11.test:");
        for (int i = 0; i < more; i++) {
            text.append((char) ('a' + i % 26));
        }
        if (kind != 5) {
            text.append(",i,0x0000000000").append(String.format(Locale.ROOT, "%02x", next(in)));
        }
        name = text.toString().getBytes(StandardCharsets.UTF_8);
        if (kind == 6 && in.hasRemaining()) {
            name[next(in) % name.length] = (byte) next(in);
        }
        return name;
    }

    private static int next(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }
}
