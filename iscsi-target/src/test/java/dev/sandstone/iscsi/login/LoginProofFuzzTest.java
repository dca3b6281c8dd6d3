package dev.sandstone.iscsi.login;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;

/** Any text where the proof is due. */
class LoginProofFuzzTest {

    /** The input is the text of the proof, after a right beginning. */
    @FuzzTest(maxDuration = "20s")
    void anyProof(byte[] proof) {
        offer(proof);
    }

    /** Offers a proof to a target that demands one. */
    static void offer(byte[] proof) {
        LoginBench bench = new LoginBench();
        bench.admission = LoginVerdict.demandChap();
        bench.send(LoginBench.SECURITY_STAY, LoginBench.NAMES + "AuthMethod=CHAP\0");
        bench.send(LoginBench.SECURITY_STAY, "CHAP_A=8,7,6,5\0");
        LoginReply reply = bench.send(LoginBench.SECURITY_TO_FULL, Unpooled.wrappedBuffer(proof));
        LoginVerdict.verify(reply, true);
    }
}
