package dev.sandstone.iscsi.login;

import static dev.sandstone.iscsi.login.LoginBench.DISCOVERY;
import static dev.sandstone.iscsi.login.LoginBench.NAMES;
import static dev.sandstone.iscsi.login.LoginBench.OPERATIONAL_TO_FULL;
import static dev.sandstone.iscsi.login.LoginBench.SECURITY_STAY;
import static dev.sandstone.iscsi.login.LoginBench.SECURITY_TO_FULL;
import static dev.sandstone.iscsi.login.LoginBench.SECURITY_TO_OPERATIONAL;
import static dev.sandstone.iscsi.login.LoginBench.keys;
import static dev.sandstone.iscsi.login.LoginMachineTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.ChapAccount;
import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.OperationalOffer;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextValue;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChapLoginTest {
    private static final ChapAccount IN = LoginBench.account("host-user", "initiator secret");
    private static final ChapAccount OUT = LoginBench.account("array", "the target's secret");

    private final LoginBench bench = new LoginBench();

    @BeforeEach
    void demandChap() {
        bench.admission = new Admission(true, Optional.of(IN), Optional.of(OUT));
    }

    @ParameterizedTest
    @EnumSource(ChapAlgorithm.class)
    void oneWay(ChapAlgorithm algorithm) throws TextException {
        Map<String, String> asked = challenge(Integer.toString(algorithm.code()));
        assertThat(asked)
                .containsEntry("CHAP_A", Integer.toString(algorithm.code()))
                .hasSize(3);
        LoginReply passed = bench.send(SECURITY_TO_OPERATIONAL, proof(asked, IN));
        assertThat(passed.refused()).isFalse();
        assertThat(passed.text()).isEmpty();
        assertThat(passed.header().flags()).isEqualTo(0x81);
        LoginOutcome outcome = bench.send(OPERATIONAL_TO_FULL, "").outcome().orElseThrow();
        assertThat(outcome.chapName()).hasValue("host-user");
    }

    @ParameterizedTest
    @EnumSource(ChapAlgorithm.class)
    void mutual(ChapAlgorithm algorithm) throws TextException {
        Map<String, String> asked = challenge(Integer.toString(algorithm.code()));
        byte[] ours = {1, 2, 3, 4, 5, 6, 7, 8};
        LoginReply passed =
                bench.send(SECURITY_TO_FULL, proof(asked, IN) + "CHAP_I=200\0CHAP_C=" + TextValue.hex(ours) + "\0");
        assertThat(keys(passed))
                .containsEntry("CHAP_N", "array")
                .containsEntry("CHAP_R", TextValue.hex(algorithm.respond(200, OUT.secret(), ours)))
                .hasSize(2);
        assertThat(passed.outcome()).isPresent();
    }

    @Test
    void valuesMayBeBase64() throws TextException {
        Map<String, String> asked = challenge("7");
        byte[] response = response(asked, IN);
        String text = "CHAP_N=host-user\0CHAP_R=0b" + Base64.getEncoder().encodeToString(response)
                + "\0CHAP_I=0x10\0CHAP_C=0bAQID\0";
        LoginReply passed = bench.send(SECURITY_TO_OPERATIONAL, text);
        assertThat(keys(passed))
                .containsEntry(
                        "CHAP_R", TextValue.hex(ChapAlgorithm.SHA_256.respond(16, OUT.secret(), new byte[] {1, 2, 3})));
    }

    @Test
    void theStrongestAlgorithmIsTakenAndWeakOnesCanBeOff() {
        assertThat(challenge("5,6,7,8")).containsEntry("CHAP_A", "8");
        bench.settings = new LoginSettings(
                1, OperationalOffer.standard(), EnumSet.of(ChapAlgorithm.SHA3_256, ChapAlgorithm.SHA_256), 64);
        bench.reconnect();
        begin();
        assertRefused(bench.send(SECURITY_STAY, "CHAP_A=5,6\0"), LoginStatus.AUTHENTICATION_FAILURE);
    }

    @Test
    void aWishToLeaveIsDeniedUntilTheProof() {
        LoginReply begun = bench.send(SECURITY_TO_FULL, NAMES + "AuthMethod=CHAP,None\0");
        assertThat(begun.refused()).isFalse();
        assertThat(begun.header().flags()).isZero();
        LoginReply asked = bench.send(SECURITY_TO_FULL, "CHAP_A=7\0");
        assertThat(asked.refused()).isFalse();
        assertThat(asked.header().flags()).isZero();
        assertThat(bench.admitted).isEmpty();
    }

    @Test
    void aRedirectIsToldToThoseOnlyWhoProveThemselves() throws TextException {
        bench.redirect = Optional.of(new Redirect("192.0.2.7", false));
        Map<String, String> asked = challenge("7");
        assertThat(asked).doesNotContainKey("TargetAddress");
        LoginReply moved = bench.send(SECURITY_TO_OPERATIONAL, proof(asked, IN));
        assertThat(moved.status()).isEqualTo(LoginStatus.TARGET_MOVED_TEMPORARILY);
        assertThat(keys(moved)).containsEntry("TargetAddress", "192.0.2.7");
    }

    @Test
    void thereIsNoWayAroundTheProof() {
        assertRefused(bench.send(OPERATIONAL_TO_FULL, NAMES), LoginStatus.AUTHENTICATION_FAILURE);
        assertRefused(bench.reconnect().send(0x04, NAMES), LoginStatus.AUTHENTICATION_FAILURE);
        assertRefused(bench.reconnect().send(SECURITY_TO_FULL, NAMES), LoginStatus.AUTHENTICATION_FAILURE);
        assertRefused(bench.reconnect().send(SECURITY_TO_OPERATIONAL, NAMES), LoginStatus.AUTHENTICATION_FAILURE);
        assertRefused(
                bench.reconnect().send(SECURITY_STAY, NAMES + "AuthMethod=None\0"), LoginStatus.AUTHENTICATION_FAILURE);
        assertRefused(bench.reconnect().send(OPERATIONAL_TO_FULL, DISCOVERY), LoginStatus.AUTHENTICATION_FAILURE);
        bench.reconnect();
        begin();
        assertRefused(bench.send(0x04, ""), LoginStatus.INITIATOR_ERROR);
        bench.reconnect();
        begin();
        assertThat(bench.send(SECURITY_TO_FULL, "").header().flags()).isZero();
        assertThat(bench.admitted).isEmpty();
    }

    @Test
    void wrongSecretAndWrongNameLookTheSame() throws TextException {
        Map<String, String> first = challenge("7");
        LoginReply secret = bench.send(
                SECURITY_TO_OPERATIONAL, proof(first, LoginBench.account("host-user", "another secret here")));
        bench.reconnect();
        Map<String, String> second = challenge("7");
        LoginReply name =
                bench.send(SECURITY_TO_OPERATIONAL, proof(second, LoginBench.account("nobody", "initiator secret")));
        assertRefused(secret, LoginStatus.AUTHENTICATION_FAILURE);
        assertRefused(name, LoginStatus.AUTHENTICATION_FAILURE);
        assertThat(secret.reason()).isEqualTo(name.reason());
    }

    @Test
    void authenticatedButNotAllowed() throws TextException {
        bench.admission = new Admission(false, Optional.of(IN), Optional.empty());
        Map<String, String> asked = challenge("7");
        assertRefused(bench.send(SECURITY_TO_OPERATIONAL, proof(asked, IN)), LoginStatus.AUTHORIZATION_FAILURE);
    }

    @Test
    void aReflectedChallengeIsRefused() throws TextException {
        Map<String, String> asked = challenge("7");
        assertRefused(
                bench.send(
                        SECURITY_TO_OPERATIONAL, proof(asked, IN) + "CHAP_I=1\0CHAP_C=" + asked.get("CHAP_C") + "\0"),
                LoginStatus.AUTHENTICATION_FAILURE);
    }

    @Test
    void equalOrShortOrMissingSecretsAreRefusedInMutualChap() throws TextException {
        String mutual = "CHAP_I=1\0CHAP_C=0x0102030405060708\0";
        bench.admission =
                new Admission(true, Optional.of(IN), Optional.of(LoginBench.account("array", "initiator secret")));
        assertRefused(
                bench.send(SECURITY_TO_OPERATIONAL, proof(challenge("7"), IN) + mutual),
                LoginStatus.AUTHENTICATION_FAILURE);
        bench.admission = new Admission(true, Optional.of(IN), Optional.of(LoginBench.account("array", "short")));
        bench.reconnect();
        assertRefused(
                bench.send(SECURITY_TO_OPERATIONAL, proof(challenge("7"), IN) + mutual),
                LoginStatus.AUTHENTICATION_FAILURE);
        bench.admission = new Admission(true, Optional.of(IN), Optional.empty());
        bench.reconnect();
        assertRefused(
                bench.send(SECURITY_TO_OPERATIONAL, proof(challenge("7"), IN) + mutual),
                LoginStatus.AUTHENTICATION_FAILURE);
        ChapAccount weak = LoginBench.account("host-user", "eleven byte");
        bench.admission = new Admission(true, Optional.of(weak), Optional.empty());
        bench.reconnect();
        assertRefused(
                bench.send(SECURITY_TO_OPERATIONAL, proof(challenge("7"), weak)), LoginStatus.AUTHENTICATION_FAILURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CHAP_I=256\0CHAP_C=0x01\0",
                "CHAP_I=-1\0CHAP_C=0x01\0",
                "CHAP_I=x\0CHAP_C=0x01\0",
                "CHAP_I=1\0CHAP_C=01\0",
                "CHAP_I=1\0CHAP_C=0x\0",
            })
    void malformedMutualValues(String text) throws TextException {
        Map<String, String> asked = challenge("7");
        assertRefused(bench.send(SECURITY_TO_OPERATIONAL, proof(asked, IN) + text), LoginStatus.AUTHENTICATION_FAILURE);
    }

    @Test
    void aChallengeHasAtMost1024Bytes() throws TextException {
        Map<String, String> asked = challenge("7");
        String fits = "CHAP_I=1\0CHAP_C=" + TextValue.hex(new byte[1024]) + "\0";
        assertThat(bench.send(SECURITY_TO_OPERATIONAL, proof(asked, IN) + fits).refused())
                .isFalse();
        bench.reconnect();
        String tooLong = "CHAP_I=1\0CHAP_C=" + TextValue.hex(new byte[1025]) + "\0";
        assertRefused(
                bench.send(SECURITY_TO_OPERATIONAL, proof(challenge("7"), IN) + tooLong),
                LoginStatus.AUTHENTICATION_FAILURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CHAP_N=host-user\0",
                "CHAP_R=0x00\0",
                "CHAP_N=host-user\0CHAP_R=0x00\0CHAP_I=1\0",
                "CHAP_N=host-user\0CHAP_R=0x00\0CHAP_C=0x00\0",
            })
    void proofsThatLackAKey(String text) {
        challenge("7");
        assertRefused(bench.send(SECURITY_TO_OPERATIONAL, text), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void keysOutOfOrder() {
        assertRefused(bench.send(SECURITY_STAY, NAMES + "AuthMethod=CHAP\0CHAP_A=7\0"), LoginStatus.INITIATOR_ERROR);
        bench.reconnect();
        begin();
        assertRefused(bench.send(SECURITY_STAY, "CHAP_N=a\0CHAP_R=0x00\0"), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void guessingIsSlowedDown() {
        for (int i = 0; i < 5; i++) {
            bench.reconnect();
            challenge("7");
            LoginReply reply = bench.send(SECURITY_TO_OPERATIONAL, "CHAP_N=host-user\0CHAP_R=0x00\0");
            assertThat(reply.delayMs()).isZero();
        }
        bench.reconnect();
        challenge("7");
        LoginReply sixth = bench.send(SECURITY_TO_OPERATIONAL, "CHAP_N=host-user\0CHAP_R=0x00\0");
        assertRefused(sixth, LoginStatus.AUTHENTICATION_FAILURE);
        assertThat(sixth.delayMs()).isPositive();
        LoginReply other = bench.reconnect().send(SECURITY_STAY, "InitiatorName=x\0");
        assertThat(other.delayMs()).as("only failed proofs are held back").isZero();
    }

    private void begin() {
        LoginReply begun = bench.send(SECURITY_STAY, NAMES + "AuthMethod=CHAP\0");
        assertThat(keys(begun)).containsEntry("AuthMethod", "CHAP");
    }

    /** Goes to where the proof is asked for. */
    private Map<String, String> challenge(String algorithms) {
        begin();
        LoginReply asked = bench.send(SECURITY_STAY, "CHAP_A=" + algorithms + "\0");
        assertThat(asked.refused()).as(asked.reason()).isFalse();
        return keys(asked);
    }

    private static String proof(Map<String, String> asked, ChapAccount account) throws TextException {
        return "CHAP_N=" + account.name() + "\0CHAP_R=" + TextValue.hex(response(asked, account)) + "\0";
    }

    private static byte[] response(Map<String, String> asked, ChapAccount account) throws TextException {
        ChapAlgorithm algorithm = ChapAlgorithm.choose(
                        Set.of(Objects.requireNonNull(asked.get("CHAP_A"))), EnumSet.allOf(ChapAlgorithm.class))
                .orElseThrow();
        byte[] challenge = TextValue.binary(Objects.requireNonNull(asked.get("CHAP_C")), 1024);
        int identifier = Integer.parseInt(Objects.requireNonNull(asked.get("CHAP_I")));
        return algorithm.respond(identifier, account.secret(), challenge);
    }
}
