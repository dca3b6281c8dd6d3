package dev.sandstone.iscsi.server;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes before a login. */
class PduBeforeLoginFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void beforeLogin(byte[] bytes) {
        FuzzedTarget target = new FuzzedTarget();
        target.take(bytes);
        target.end();
    }
}
