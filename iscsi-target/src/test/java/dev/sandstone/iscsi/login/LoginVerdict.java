package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.access.Admission;
import java.util.Optional;

/**
 * What every login reply must be, whatever was sent. Nobody gets in where a proof is demanded: the secret is not in any
 * input, and a challenge is new each time.
 */
final class LoginVerdict {
    static final int MAX_TEXT = 8192;

    private LoginVerdict() {}

    static Admission demandChap() {
        return new Admission(
                true,
                Optional.of(LoginBench.account("user", "not to be guessed here")),
                Optional.of(LoginBench.account("array", "nor is this to be guessed")));
    }

    static void verify(LoginReply reply, boolean guarded) {
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
