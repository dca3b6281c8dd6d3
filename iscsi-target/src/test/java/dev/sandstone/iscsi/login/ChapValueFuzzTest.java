package dev.sandstone.iscsi.login;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any value where CHAP takes one. */
class ChapValueFuzzTest {

    /** The input is one value, put where CHAP takes values. */
    @FuzzTest(maxDuration = "20s")
    void anyChapValue(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        for (String key : new String[] {"CHAP_R", "CHAP_N", "CHAP_I", "CHAP_C"}) {
            StringBuilder proof = new StringBuilder();
            for (String each : new String[] {"CHAP_N=user", "CHAP_R=0x00", "CHAP_I=1", "CHAP_C=0x0102"}) {
                proof.append(each.startsWith(key) ? key + "=" + text : each).append('\0');
            }
            LoginProofFuzzTest.offer(proof.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
