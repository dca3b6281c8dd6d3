package dev.sandstone.iscsi.login;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.iscsi.access.Admission;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Any sequence of login requests. Where a proof is demanded nobody gets in: the secret is not in any input, and a challenge
 * is new each time.
 *
 * <p>Input of {@link #anySequence}: records of flags (byte 1 of the header), a byte that changes the other header fields,
 * text length as two bytes, text.
 */
class LoginFuzzTest {
    private static final int CHANGES_TSIH = 1;
    private static final int CHANGES_CID = 2;
    private static final int CHANGES_VERSION = 4;
    private static final int NOT_IMMEDIATE = 8;
    private static final int MAX_TEXT = 8192;

    @FuzzTest(maxDuration = "20s")
    void anySequence(byte[] input) {
        LoginBench open = new LoginBench();
        run(open, input, false);
        LoginBench guarded = new LoginBench();
        guarded.admission = demandChap();
        run(guarded, input, true);
    }

    /** The input is the text of the proof, after a right beginning. */
    @FuzzTest(maxDuration = "20s")
    void anyProof(byte[] proof) {
        LoginBench bench = new LoginBench();
        bench.admission = demandChap();
        bench.send(LoginBench.SECURITY_STAY, LoginBench.NAMES + "AuthMethod=CHAP\0");
        bench.send(LoginBench.SECURITY_STAY, "CHAP_A=8,7,6,5\0");
        LoginReply reply = bench.send(LoginBench.SECURITY_TO_FULL, Unpooled.wrappedBuffer(proof));
        verify(reply, true);
    }

    /** The input is one value, put where CHAP takes values. */
    @FuzzTest(maxDuration = "20s")
    void anyChapValue(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        for (String key : new String[] {"CHAP_R", "CHAP_N", "CHAP_I", "CHAP_C"}) {
            StringBuilder proof = new StringBuilder();
            for (String each : new String[] {"CHAP_N=user", "CHAP_R=0x00", "CHAP_I=1", "CHAP_C=0x0102"}) {
                proof.append(each.startsWith(key) ? key + "=" + text : each).append('\0');
            }
            anyProof(proof.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Admission demandChap() {
        return new Admission(
                true,
                Optional.of(LoginBench.account("user", "not to be guessed here")),
                Optional.of(LoginBench.account("array", "nor is this to be guessed")));
    }

    private static void run(LoginBench bench, byte[] input, boolean guarded) {
        ByteBuffer records = ByteBuffer.wrap(input);
        while (records.remaining() >= 4) {
            int flags = records.get() & 0xff;
            int change = records.get();
            int length = Math.min(records.getShort() & 0xffff, Math.min(records.remaining(), MAX_TEXT));
            bench.request.tsih((change & CHANGES_TSIH) != 0 ? 5 : 0);
            bench.request.cid((change & CHANGES_CID) != 0 ? 5 : 1);
            bench.request.versionMin((change & CHANGES_VERSION) != 0 ? 1 : 0);
            bench.request.immediate((change & NOT_IMMEDIATE) == 0);
            byte[] text = new byte[length];
            records.get(text);
            LoginReply reply = bench.send(flags, Unpooled.wrappedBuffer(text));
            verify(reply, guarded);
            if (reply.refused() || reply.outcome().isPresent()) {
                return;
            }
        }
    }

    private static void verify(LoginReply reply, boolean guarded) {
        if (guarded && reply.outcome().isPresent()) {
            throw new AssertionError("let in without a proof");
        }
        if (reply.text().length > MAX_TEXT) {
            throw new AssertionError("a reply of " + reply.text().length + " bytes");
        }
        if (reply.refused() && (reply.text().length > 0 || reply.header().transit())) {
            throw new AssertionError("a refusal that goes on");
        }
        if (reply.header().status() != reply.status().code()) {
            throw new AssertionError("status in the header differs");
        }
    }
}
