package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.ChapAccount;
import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.chap.ChapChallenge;
import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextPair;
import dev.sandstone.iscsi.text.TextValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Security negotiation of the target (RFC 7143 12.1, 12.1.3).
 *
 * <pre>
 *   METHOD    --AuthMethod=..CHAP..-->        ALGORITHM    when an account must be proved
 *   METHOD    --AuthMethod=..None..-->        PASSED       when none must
 *   ALGORITHM --CHAP_A-->                     RESPONSE
 *   RESPONSE  --CHAP_N, CHAP_R [, CHAP_I, CHAP_C]--> PASSED
 * </pre>
 *
 * <p>Invariants: an initiator is answered with the target's proof only after its own; a wrong name and a wrong secret take
 * the same path; anything out of order ends the login.
 */
final class SecurityStage {
    private static final String CHAP = "CHAP";
    private static final Set<Key> PROOF = EnumSet.of(Key.CHAP_N, Key.CHAP_R);
    private static final Set<Key> MUTUAL_PROOF = EnumSet.of(Key.CHAP_N, Key.CHAP_R, Key.CHAP_I, Key.CHAP_C);

    private enum State {
        METHOD,
        ALGORITHM,
        RESPONSE,
        PASSED
    }

    private final Admission admission;
    private final Set<ChapAlgorithm> algorithms;
    private final SecureRandom random;
    private State state = State.METHOD;
    private @Nullable ChapChallenge challenge;

    SecurityStage(Admission admission, Set<ChapAlgorithm> algorithms, SecureRandom random) {
        this.admission = admission;
        this.algorithms = algorithms;
        this.random = random;
    }

    /** Whether the initiator needs no (more) authentication. */
    boolean passed() {
        return state == State.PASSED || admission.inbound().isEmpty();
    }

    /** Whether an authentication is under way. */
    boolean begun() {
        return state != State.METHOD;
    }

    /** The account that was proved. */
    Optional<String> provedName() {
        return state == State.PASSED ? admission.inbound().map(ChapAccount::name) : Optional.empty();
    }

    /** Takes the security keys of one step; none are fine while the initiator has nothing to say. */
    List<TextPair> take(Map<Key, String> keys) throws LoginException {
        if (keys.isEmpty()) {
            return List.of();
        }
        return switch (state) {
            case METHOD -> method(keys);
            case ALGORITHM -> algorithm(keys);
            case RESPONSE -> response(keys);
            case PASSED -> throw unexpected(keys);
        };
    }

    private List<TextPair> method(Map<Key, String> keys) throws LoginException {
        if (!keys.keySet().equals(EnumSet.of(Key.AUTH_METHOD))) {
            throw unexpected(keys);
        }
        List<String> offered = TextValue.list(value(keys, Key.AUTH_METHOD));
        String chosen = admission.inbound().isPresent() ? CHAP : TextValue.NONE;
        if (!offered.contains(chosen)) {
            throw failure("AuthMethod " + chosen + " is needed and was not offered");
        }
        state = chosen.equals(CHAP) ? State.ALGORITHM : State.PASSED;
        return List.of(Key.AUTH_METHOD.with(chosen));
    }

    private List<TextPair> algorithm(Map<Key, String> keys) throws LoginException {
        if (!keys.keySet().equals(EnumSet.of(Key.CHAP_A))) {
            throw unexpected(keys);
        }
        ChapAlgorithm chosen = ChapAlgorithm.choose(TextValue.list(value(keys, Key.CHAP_A)), algorithms)
                .orElseThrow(() -> failure("no CHAP algorithm in common"));
        ChapChallenge next = new ChapChallenge(chosen, random);
        challenge = next;
        state = State.RESPONSE;
        return List.of(
                Key.CHAP_A.with(chosen.code()),
                Key.CHAP_I.with(next.identifier()),
                Key.CHAP_C.with(TextValue.hex(next.challenge())));
    }

    private List<TextPair> response(Map<Key, String> keys) throws LoginException {
        boolean mutual = keys.keySet().equals(MUTUAL_PROOF);
        ChapChallenge asked = challenge;
        if (asked == null || (!mutual && !keys.keySet().equals(PROOF))) {
            throw unexpected(keys);
        }
        ChapAccount account = admission.inbound().orElseThrow();
        byte[] response = binary(keys, Key.CHAP_R);
        boolean nameRight = MessageDigest.isEqual(utf8(value(keys, Key.CHAP_N)), utf8(account.name()));
        boolean secretRight = asked.isAnsweredBy(response, account.secret());
        if (!nameRight || !secretRight) {
            throw failure("wrong CHAP name or secret");
        }
        List<TextPair> answers = mutual ? prove(keys, asked, account) : List.of();
        state = State.PASSED;
        return answers;
    }

    /** The target's own proof, for mutual authentication. */
    private List<TextPair> prove(Map<Key, String> keys, ChapChallenge asked, ChapAccount inbound)
            throws LoginException {
        OptionalLong identifier = TextValue.number(value(keys, Key.CHAP_I));
        if (identifier.isEmpty() || identifier.getAsLong() > ChapChallenge.MAX_IDENTIFIER) {
            throw failure("CHAP_I is not one byte");
        }
        byte[] theirs = binary(keys, Key.CHAP_C);
        if (asked.isReflectedBy(theirs)) {
            throw failure("the initiator reflected the target's challenge");
        }
        ChapAccount own =
                admission.outbound().orElseThrow(() -> failure("mutual CHAP was asked for, the target has no secret"));
        if (own.secret().length < ChapChallenge.MIN_SECRET_BYTES) {
            throw failure("the target's CHAP secret is shorter than 96 bits");
        }
        if (MessageDigest.isEqual(own.secret(), inbound.secret())) {
            throw failure("both sides have the same CHAP secret");
        }
        byte[] proof = asked.algorithm().respond((int) identifier.getAsLong(), own.secret(), theirs);
        List<TextPair> answers = new ArrayList<>();
        answers.add(Key.CHAP_N.with(own.name()));
        answers.add(Key.CHAP_R.with(TextValue.hex(proof)));
        return answers;
    }

    private static String value(Map<Key, String> keys, Key key) throws LoginException {
        String value = keys.get(key);
        if (value == null) {
            throw unexpected(keys);
        }
        return value;
    }

    private static byte[] binary(Map<Key, String> keys, Key key) throws LoginException {
        try {
            return TextValue.binary(value(keys, key), ChapChallenge.MAX_BYTES);
        } catch (TextException e) {
            throw failure(key.text() + ": " + e.getMessage());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LoginException failure(String message) {
        return new LoginException(LoginStatus.AUTHENTICATION_FAILURE, message);
    }

    private static LoginException unexpected(Map<Key, String> keys) {
        return new LoginException(
                LoginStatus.INITIATOR_ERROR, "keys out of order in security negotiation: " + keys.keySet());
    }
}
