package dev.sandstone.iscsi.chap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChapTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] SECRET = "a secret of 20 bytes".getBytes(StandardCharsets.US_ASCII);

    /** Values computed with OpenSSL over 01, "a secret of 20 bytes", 00..0f. */
    @ParameterizedTest
    @CsvSource({
        "MD5, 5, 012642a00e5e187ef0f145b48cc6c6c1",
        "SHA_1, 6, f9895c188af86609dbb702920e2bd6e5573709ba",
        "SHA_256, 7, 4ff19f3b14a6f876e794e3be32d90a87bc3e9f39cb8fe5d2b3742348d4b03138",
        "SHA3_256, 8, d0c3a1a57a4d0d3eca117da9685a5fe6a6af103bcc090f191ff2da319c33e8f8"
    })
    void responsesAreTheHashOfIdentifierSecretChallenge(ChapAlgorithm algorithm, int code, String expected) {
        byte[] challenge = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
        assertThat(HexFormat.of().formatHex(algorithm.respond(1, SECRET, challenge)))
                .isEqualTo(expected);
        assertThat(algorithm.code()).isEqualTo(code);
        assertThat(expected).hasSize(2 * algorithm.length());
    }

    @Test
    void theStrongestEnabledOfTheOfferedIsChosen() {
        Set<ChapAlgorithm> all = EnumSet.allOf(ChapAlgorithm.class);
        assertThat(ChapAlgorithm.choose(List.of("5", "6", "7", "8"), all)).hasValue(ChapAlgorithm.SHA3_256);
        assertThat(ChapAlgorithm.choose(List.of("5", "7"), all)).hasValue(ChapAlgorithm.SHA_256);
        assertThat(ChapAlgorithm.choose(List.of("5", "6"), all)).hasValue(ChapAlgorithm.SHA_1);
        assertThat(ChapAlgorithm.choose(List.of("5"), all)).hasValue(ChapAlgorithm.MD5);
        assertThat(ChapAlgorithm.choose(List.of("9", "", "MD5"), all)).isEmpty();
        assertThat(ChapAlgorithm.choose(List.of("5", "6"), EnumSet.of(ChapAlgorithm.SHA3_256, ChapAlgorithm.SHA_256)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ChapAlgorithm.class)
    void aChallengeIsGoodForOneAnswer(ChapAlgorithm algorithm) {
        ChapChallenge challenge = new ChapChallenge(algorithm, RANDOM);
        assertThat(challenge.challenge()).hasSize(algorithm.length());
        assertThat(challenge.identifier()).isBetween(0, 255);
        byte[] right = algorithm.respond(challenge.identifier(), SECRET, challenge.challenge());
        assertThat(challenge.isAnsweredBy(right, SECRET)).isTrue();
        assertThat(challenge.isAnsweredBy(right, SECRET)).isFalse();

        ChapChallenge guessed = new ChapChallenge(algorithm, RANDOM);
        byte[] wrong = algorithm.respond(guessed.identifier(), SECRET, guessed.challenge());
        wrong[0] ^= 1;
        assertThat(guessed.isAnsweredBy(wrong, SECRET)).isFalse();
        wrong[0] ^= 1;
        assertThat(guessed.isAnsweredBy(wrong, SECRET))
                .as("one guess a challenge")
                .isFalse();

        ChapChallenge other = new ChapChallenge(algorithm, RANDOM);
        assertThat(other.isAnsweredBy(right, SECRET)).isFalse();
        assertThat(new ChapChallenge(algorithm, RANDOM).isAnsweredBy(new byte[0], SECRET))
                .isFalse();
    }

    @Test
    void aShortSecretProvesNothing() {
        byte[] shortSecret = new byte[ChapChallenge.MIN_SECRET_BYTES - 1];
        ChapChallenge challenge = new ChapChallenge(ChapAlgorithm.SHA_256, RANDOM);
        byte[] right = ChapAlgorithm.SHA_256.respond(challenge.identifier(), shortSecret, challenge.challenge());
        assertThat(challenge.isAnsweredBy(right, shortSecret)).isFalse();
    }

    @Test
    void challengesDifferAndReflectionIsSeen() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            ChapChallenge challenge = new ChapChallenge(ChapAlgorithm.SHA3_256, RANDOM);
            seen.add(HexFormat.of().formatHex(challenge.challenge()));
            assertThat(challenge.isReflectedBy(challenge.challenge())).isTrue();
            assertThat(challenge.isReflectedBy(new byte[32])).isFalse();
        }
        assertThat(seen).hasSize(1000);
    }

    @Test
    void fiveFailuresAMinuteAreFree() throws UnknownHostException {
        ChapThrottle throttle = new ChapThrottle();
        InetAddress address = InetAddress.getByName("192.0.2.1");
        long now = 1_000;
        for (int i = 0; i < ChapThrottle.FREE_FAILURES; i++) {
            assertThat(throttle.failed(address, now)).isZero();
        }
        int[] expected = {500, 1000, 2000, 4000, 8000, 8000};
        for (int delay : expected) {
            assertThat(throttle.failed(address, now)).isEqualTo(delay);
        }
        assertThat(throttle.failed(InetAddress.getByName("192.0.2.2"), now)).isZero();
        assertThat(throttle.failed(address, now + TimeUnit.MINUTES.toNanos(1))).isZero();
    }

    @Test
    void oneNetworkOfIpv6IsOneAddress() throws UnknownHostException {
        ChapThrottle throttle = new ChapThrottle();
        for (int i = 1; i <= ChapThrottle.FREE_FAILURES; i++) {
            assertThat(throttle.failed(InetAddress.getByName("2001:db8::" + i), 0))
                    .isZero();
        }
        assertThat(throttle.failed(InetAddress.getByName("2001:db8::ffff"), 0)).isPositive();
        assertThat(throttle.failed(InetAddress.getByName("2001:db8:0:1::1"), 0)).isZero();
    }

    @Test
    void addressesAreForgottenBeyondTheBound() throws UnknownHostException {
        ChapThrottle throttle = new ChapThrottle();
        InetAddress first = InetAddress.getByName("198.51.100.1");
        for (int i = 0; i < ChapThrottle.FREE_FAILURES; i++) {
            throttle.failed(first, 0);
        }
        for (int i = 0; i < 5000; i++) {
            byte[] address = {10, 0, (byte) (i >> 8), (byte) i};
            throttle.failed(InetAddress.getByAddress(address), 0);
        }
        assertThat(throttle.failed(first, 0)).as("forgotten").isZero();
    }
}
