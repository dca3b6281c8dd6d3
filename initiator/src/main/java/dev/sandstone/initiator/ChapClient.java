package dev.sandstone.initiator;

import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.chap.ChapChallenge;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextPair;
import dev.sandstone.iscsi.text.TextValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The initiator's part of CHAP (RFC 7143 12.1.3). */
final class ChapClient {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Credentials own;
    private final Optional<Credentials> targets;
    private final List<ChapAlgorithm> algorithms;
    private @Nullable ChapChallenge asked;

    ChapClient(Credentials own, Optional<Credentials> targets, List<ChapAlgorithm> algorithms) {
        this.own = own;
        this.targets = targets;
        this.algorithms = algorithms;
    }

    TextPair offer() {
        return Key.CHAP_A.with(algorithms.stream()
                .map(algorithm -> Integer.toString(algorithm.code()))
                .collect(Collectors.joining(",")));
    }

    /** Answers the target's challenge and, for mutual CHAP, asks back. */
    List<TextPair> answer(Map<Key, String> challenge) throws LoginFailedException {
        ChapAlgorithm algorithm = ChapAlgorithm.choose(List.of(value(challenge, Key.CHAP_A)), algorithms)
                .orElseThrow(() -> failure("the target chose a CHAP algorithm that was not offered"));
        OptionalLong identifier = TextValue.number(value(challenge, Key.CHAP_I));
        if (identifier.isEmpty() || identifier.getAsLong() > ChapChallenge.MAX_IDENTIFIER) {
            throw failure("CHAP_I is not one byte");
        }
        byte[] response = algorithm.respond((int) identifier.getAsLong(), own.secret(), binary(challenge, Key.CHAP_C));
        List<TextPair> pairs = new ArrayList<>();
        pairs.add(Key.CHAP_N.with(own.name()));
        pairs.add(Key.CHAP_R.with(TextValue.hex(response)));
        if (targets.isPresent()) {
            ChapChallenge mine = new ChapChallenge(algorithm, RANDOM);
            asked = mine;
            pairs.add(Key.CHAP_I.with(mine.identifier()));
            pairs.add(Key.CHAP_C.with(TextValue.hex(mine.challenge())));
        }
        return pairs;
    }

    /** Checks the target's proof when mutual CHAP was demanded. */
    void verify(Map<Key, String> proof) throws LoginFailedException {
        ChapChallenge mine = asked;
        if (targets.isEmpty() || mine == null) {
            return;
        }
        Credentials expected = targets.get();
        boolean name = MessageDigest.isEqual(
                value(proof, Key.CHAP_N).getBytes(StandardCharsets.UTF_8),
                expected.name().getBytes(StandardCharsets.UTF_8));
        boolean secret = mine.isAnsweredBy(binary(proof, Key.CHAP_R), expected.secret());
        if (!name || !secret) {
            throw failure("the target did not prove its CHAP secret");
        }
    }

    private static String value(Map<Key, String> keys, Key key) throws LoginFailedException {
        String value = keys.get(key);
        if (value == null) {
            throw failure("the target sent no " + key.text());
        }
        return value;
    }

    private static byte[] binary(Map<Key, String> keys, Key key) throws LoginFailedException {
        try {
            return TextValue.binary(value(keys, key), ChapChallenge.MAX_BYTES);
        } catch (TextException e) {
            throw failure(key.text() + ": " + e.getMessage());
        }
    }

    private static LoginFailedException failure(String message) {
        return new LoginFailedException(0, message);
    }
}
