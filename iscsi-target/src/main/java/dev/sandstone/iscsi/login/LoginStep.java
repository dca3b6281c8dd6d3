package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.Rule;
import dev.sandstone.iscsi.text.TextPair;
import dev.sandstone.iscsi.text.TextValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sorts the keys of one whole login text: those that may come now by kind, unknown ones straight to their answer. Keeps
 * what came before, as no key may come twice in a login (RFC 7143 6.3).
 */
final class LoginStep {
    private final Set<String> seen = new HashSet<>();
    private final Map<Key, String> declarations = new EnumMap<>(Key.class);
    private final Map<Key, String> security = new EnumMap<>(Key.class);
    private final List<Known> negotiable = new ArrayList<>();
    private final List<TextPair> answers = new ArrayList<>();

    /** A standard key with its value. */
    record Known(Key key, String value) {}

    /** Starts a step with its pairs. */
    void take(List<TextPair> pairs, int stage) throws LoginException {
        declarations.clear();
        security.clear();
        negotiable.clear();
        answers.clear();
        for (TextPair pair : pairs) {
            if (!seen.add(pair.key())) {
                throw new LoginException(LoginStatus.INITIATOR_ERROR, "key " + pair.key() + " came twice");
            }
            Key key = Key.of(pair.key());
            if (key == null) {
                answers.add(new TextPair(pair.key(), TextValue.NOT_UNDERSTOOD));
            } else {
                verifyPlace(key, stage);
                sort(key, pair.value());
            }
        }
    }

    /** Names and other text of this step. */
    Map<Key, String> declarations() {
        return declarations;
    }

    /** Keys of the authentication in this step. */
    Map<Key, String> security() {
        return security;
    }

    /** Operational keys of this step in the order of the text, but for the one that others depend on, which is first. */
    List<Known> negotiableInOrder() {
        negotiable.sort(Comparator.comparing(known -> known.key() != Key.ERROR_RECOVERY_LEVEL));
        return negotiable;
    }

    /** The answers so far; the stages add theirs. */
    List<TextPair> answers() {
        return answers;
    }

    /** Whether the initiator sent that key in this login, in this step or before. */
    boolean hasSeen(Key key) {
        return seen.contains(key.text());
    }

    private void sort(Key key, String value) {
        if (key.use() == Key.Use.SECURITY) {
            security.put(key, value);
        } else if (key.rule().kind() == Rule.Kind.TEXT) {
            declarations.put(key, value);
        } else {
            negotiable.add(new Known(key, value));
        }
    }

    private static void verifyPlace(Key key, int stage) throws LoginException {
        boolean allowed = key.sender() != Key.Sender.TARGET
                && switch (key.use()) {
                    case SECURITY -> stage == LoginTransition.SECURITY;
                    case OPERATIONAL -> stage == LoginTransition.OPERATIONAL;
                    case LOGIN, ANY -> true;
                    case FULL_FEATURE -> false;
                };
        if (!allowed) {
            throw new LoginException(LoginStatus.INITIATOR_ERROR, "key " + key.text() + " may not come here");
        }
    }
}
