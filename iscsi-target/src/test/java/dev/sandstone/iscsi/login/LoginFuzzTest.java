package dev.sandstone.iscsi.login;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * Any sequence of login requests. Where a proof is demanded nobody gets in.
 *
 * <p>Input of {@link #anySequence}: records of flags (byte 1 of the header), a byte that changes the other header fields,
 * text length as two bytes, text.
 */
class LoginFuzzTest {
    private static final int CHANGES_TSIH = 1;
    private static final int CHANGES_CID = 2;
    private static final int CHANGES_VERSION = 4;
    private static final int NOT_IMMEDIATE = 8;

    @FuzzTest(maxDuration = "20s")
    void anySequence(byte[] input) {
        LoginBench open = new LoginBench();
        run(open, input, false);
        LoginBench guarded = new LoginBench();
        guarded.admission = LoginVerdict.demandChap();
        run(guarded, input, true);
    }

    private static void run(LoginBench bench, byte[] input, boolean guarded) {
        ByteBuffer records = ByteBuffer.wrap(input);
        while (records.remaining() >= 4) {
            int flags = records.get() & 0xff;
            int change = records.get();
            int length = Math.min(records.getShort() & 0xffff, Math.min(records.remaining(), LoginVerdict.MAX_TEXT));
            bench.request.tsih((change & CHANGES_TSIH) != 0 ? 5 : 0);
            bench.request.cid((change & CHANGES_CID) != 0 ? 5 : 1);
            bench.request.versionMin((change & CHANGES_VERSION) != 0 ? 1 : 0);
            bench.request.immediate((change & NOT_IMMEDIATE) == 0);
            byte[] text = new byte[length];
            records.get(text);
            LoginReply reply = bench.send(flags, Unpooled.wrappedBuffer(text));
            LoginVerdict.verify(reply, guarded);
            if (reply.refused() || reply.outcome().isPresent()) {
                return;
            }
        }
    }
}
