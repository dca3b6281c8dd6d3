package dev.sandstone.copy.command;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.LunEntry;
import dev.sandstone.scsi.task.Nexus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Any third-party copy commands with any parameter lists: each command ends once, never by INTERNAL TARGET FAILURE; a unit that
 * the nexus may not see keeps its bytes and none of them appears elsewhere; a unit granted for reading keeps its bytes.
 *
 * <p>The input is a sequence of: a byte that chooses command and LUN; two of length; the parameter list, in which a byte FEh
 * where a designator begins stands for the NAA of the unit chosen by the next byte, so that lists get past the lookup.
 */
class ExtendedCopyFuzzTest {
    private static final int MOST_COMMANDS = 16;
    private static final int MOST_DATA = 2400;
    private static final byte SECRET = 0x5E;
    private static final byte READABLE = 0x3C;

    private static final String[] COMMANDS = {
        "83 00 0000000000000000 %s 00 00",
        "83 01 0000000000000000 %s 00 00",
        "84 00 01 00000000000000 00000400 00 00",
        "84 01 01 00000000000000 00000400 00 00",
        "84 04 01 00000000000000 00000400 00 00",
        "84 05 00000001 00000000 00000400 00 00",
        "84 06 00000001 00000000 00000400 00 00",
        "83 1C 00000001 00000000 00000000 00 00",
    };

    @FuzzTest(maxDuration = "20s")
    void commands(byte[] input) {
        CopyBench bench = new CopyBench();
        DeviceServer own = bench.server();
        DeviceServer readable = bench.server();
        DeviceServer hidden = bench.server();
        Arrays.fill(CopyBench.volume(readable).bytes(), READABLE);
        Arrays.fill(CopyBench.volume(hidden).bytes(), SECRET);
        bench.map("host", List.of(new LunEntry(0, own, false), new LunEntry(1, readable, true)));
        Nexus nexus = bench.open("host");
        DeviceServer[] units = {own, readable, hidden};
        List<Answer> answers = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(input);
        for (int i = 0; i < MOST_COMMANDS && in.remaining() >= 3; i++) {
            int choice = in.get() & 0xFF;
            byte[] data = new byte[Math.min((in.getShort() & 0xFFFF) % MOST_DATA, in.remaining())];
            in.get(data);
            name(data, units);
            String cdb = COMMANDS[choice % COMMANDS.length].replace(
                    "%s", HexFormat.of().toHexDigits(data.length));
            answers.add(bench.send(nexus, choice >>> 7, cdb, data));
        }
        bench.loop().runAll();
        for (Answer answer : answers) {
            require(answer.ended(), "a command has not ended");
            require(!answer.end().equals("HARDWARE_ERROR/44/00"), "a handler failed");
        }
        String changed = "a unit has changed that may not be written";
        require(Contents.only(CopyBench.volume(hidden).bytes(), SECRET, SECRET), changed);
        require(Contents.only(CopyBench.volume(readable).bytes(), READABLE, READABLE), changed);
        require(Contents.only(CopyBench.volume(own).bytes(), (byte) 0, READABLE), "a byte of another unit");
    }

    private static void name(byte[] data, DeviceServer... units) {
        for (int at = 0; at + 20 <= data.length; at++) {
            if (data[at] == (byte) 0xFE) {
                int unit = (data[at + 1] & 0xFF) % units.length;
                byte[] naa = HexFormat.of().parseHex(CopyBench.naa(units[unit]));
                System.arraycopy(naa, 0, data, at, naa.length);
            }
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
