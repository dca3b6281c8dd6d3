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
 * Any commands with tokens, with any parameter lists and any tokens, true ones of this host and of another one among them:
 * each command ends once, never by INTERNAL TARGET FAILURE; no byte of a unit that the nexus may not see gets out, and a unit
 * granted for reading keeps its bytes; after all tokens have expired nothing is kept for them.
 *
 * <p>The input is a sequence of: a byte that chooses command and LUN; two of length; the parameter list, in which a byte FEh
 * where a token belongs stands for a true one, of this host or of the other one as the next byte says.
 */
class TokenFuzzTest {
    private static final int BLOCKS = 256;
    private static final int MOST_COMMANDS = 12;
    private static final int MOST_DATA = 700;
    private static final int TOKEN_AT = 16;
    private static final byte SECRET = 0x5E;
    private static final byte READABLE = 0x3C;
    private static final long HOUR = 3_600_000_000_000L;

    private static final String[] COMMANDS = {
        "83 10 00000000 00000001 %s 00 00",
        "83 11 00000000 00000001 %s 00 00",
        "84 07 00000001 00000000 00000400 00 00",
        "84 08 0000000000000000 00000400 00 00",
        "83 1C 00000001 00000000 00000000 00 00",
        "83 11 00000000 00000002 %s 00 00",
    };

    @FuzzTest(maxDuration = "20s")
    void commands(byte[] input) {
        CopyBench bench = new CopyBench();
        DeviceServer own = bench.server(BLOCKS);
        DeviceServer readable = bench.server(BLOCKS);
        DeviceServer hidden = bench.server(BLOCKS);
        Arrays.fill(CopyBench.volume(readable).bytes(), READABLE);
        Arrays.fill(CopyBench.volume(hidden).bytes(), SECRET);
        bench.map("host", List.of(new LunEntry(0, own, false), new LunEntry(1, readable, true)));
        bench.map("other", hidden);
        Nexus nexus = bench.open("host");
        byte[][] tokens = {token(bench, nexus, 1), token(bench, bench.open("other"), 0)};
        List<Answer> answers = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(input);
        for (int i = 0; i < MOST_COMMANDS && in.remaining() >= 3; i++) {
            int choice = in.get() & 0xFF;
            byte[] data = new byte[Math.min((in.getShort() & 0xFFFF) % MOST_DATA, in.remaining())];
            in.get(data);
            if (data.length >= TOKEN_AT + tokens[0].length && data[TOKEN_AT] == (byte) 0xFE) {
                byte[] token = tokens[data[TOKEN_AT + 1] & 1];
                System.arraycopy(token, 0, data, TOKEN_AT, token.length);
            }
            String cdb = COMMANDS[choice % COMMANDS.length].replace(
                    "%s", HexFormat.of().toHexDigits(data.length));
            answers.add(bench.send(nexus, choice >>> 7, cdb, data));
        }
        bench.loop().runAll();
        for (Answer answer : answers) {
            require(answer.ended(), "a command has not ended");
            require(!answer.end().equals("HARDWARE_ERROR/44/00"), "a handler failed");
        }
        boolean same = Contents.only(CopyBench.volume(readable).bytes(), READABLE, READABLE);
        require(same, "a unit has changed that may not be written");
        require(Contents.only(CopyBench.volume(own).bytes(), (byte) 0, READABLE), "a byte of another unit");
        bench.loop().advance(HOUR);
        require(bench.times().kept() == 0, "something is kept for no token");
    }

    private static byte[] token(CopyBench bench, Nexus nexus, int lun) {
        byte[] list = TokenList.of(0, 16).populate();
        bench.send(nexus, lun, "83 10 00000000 00000009 " + CopyBench.hex(list.length) + " 00 00", list);
        byte[] told =
                bench.send(nexus, lun, "84 07 00000009 00000000 00000400 00 00").dataIn();
        return Arrays.copyOfRange(told, 38, 550);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
