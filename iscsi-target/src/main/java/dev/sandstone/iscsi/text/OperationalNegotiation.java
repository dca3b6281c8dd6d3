package dev.sandstone.iscsi.text;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The target's part of operational negotiation: takes the initiator's keys one by one, answers each by its rule (RFC 7143
 * 6.2, 13), and keeps the outcome. Whether a key may come now, or came before, is checked by the caller.
 */
public final class OperationalNegotiation {
    private static final int LEVEL_THAT_RETAINS = 2;

    private final OperationalOffer own;
    private final OperationalValues values = new OperationalValues();
    private boolean discovery;
    private boolean joined;

    public OperationalNegotiation(OperationalOffer own) {
        this.own = own;
    }

    /** Tells that the session is a discovery session, where many keys are Irrelevant. */
    public void discovery() {
        discovery = true;
    }

    /** Tells that the connection joins a session: keys for leading logins only keep what that session agreed on. */
    public void join(OperationalParameters session) {
        joined = true;
        values.setSessionWide(session);
    }

    /** This side's declaration; to be sent once. From then on the initiator may send segments of that length. */
    public TextPair declare() {
        values.targetMaxRecvDataSegmentLength(own.maxRecvDataSegmentLength());
        return Key.MAX_RECV_DATA_SEGMENT_LENGTH.with(own.maxRecvDataSegmentLength());
    }

    /**
     * Takes the initiator's value of a key.
     *
     * @return the answer; empty for a declaration
     * @throws TextException a declaration with an inadmissible value, which cannot be answered, or a key of leading logins
     *     in another one
     */
    public Optional<TextPair> take(Key key, String value) throws TextException {
        if (joined && key.sessionWide()) {
            throw new TextException(key.text() + " belongs to the leading login of a session");
        }
        return switch (key.rule().kind()) {
            case TEXT, PROTOCOL -> Optional.empty();
            case DECLARED_NUMBER -> declared(key, value);
            case ALWAYS_NO -> Optional.of(key.with(TextValue.NO));
            case ALWAYS_REJECT -> Optional.of(key.with(TextValue.REJECT));
            default -> Optional.of(key.with(answer(key, value)));
        };
    }

    /** The outcome so far. */
    public OperationalParameters parameters() {
        return values.parameters();
    }

    private Optional<TextPair> declared(Key key, String value) throws TextException {
        OptionalLong number = TextValue.number(value);
        if (number.isEmpty() || !key.rule().admits(number.getAsLong())) {
            throw new TextException(key.text() + " is not a number from "
                    + key.rule().minimum() + " to " + key.rule().maximum());
        }
        values.set(key, number.getAsLong());
        return Optional.empty();
    }

    private String answer(Key key, String value) {
        if (discovery && key.irrelevantInDiscovery()) {
            return TextValue.IRRELEVANT;
        }
        return switch (key.rule().kind()) {
            case CHOICE -> choice(key, value);
            case AND, OR -> {
                OptionalLong offered = TextValue.bool(value);
                yield offered.isEmpty()
                        ? TextValue.REJECT
                        : settle(key, offered.getAsLong()) == 1 ? TextValue.YES : TextValue.NO;
            }
            default -> {
                OptionalLong offered = TextValue.number(value);
                boolean admissible = offered.isPresent() && key.rule().admits(offered.getAsLong());
                yield admissible ? Long.toString(settle(key, offered.getAsLong())) : TextValue.REJECT;
            }
        };
    }

    /**
     * Agrees on a number. RFC 7143 13.14 calls FirstBurstLength irrelevant when no unsolicited data may be sent; it is
     * agreed on all the same, as the keys come in any order, and then binds nobody. DefaultTime2Retain is 0 unless the error
     * recovery level agreed on before retains anything.
     */
    private long settle(Key key, long offered) {
        boolean forNothing =
                key == Key.DEFAULT_TIME2RETAIN && values.get(Key.ERROR_RECOVERY_LEVEL) < LEVEL_THAT_RETAINS;
        long result = key.rule().combine(offered, forNothing ? 0 : own.value(key));
        if (key == Key.FIRST_BURST_LENGTH) {
            result = Math.min(result, values.get(Key.MAX_BURST_LENGTH));
        }
        values.set(key, result);
        return result;
    }

    private String choice(Key key, String offered) {
        for (String candidate : TextValue.list(offered)) {
            int place = key.rule().choices().indexOf(candidate);
            if (place >= 0 && own.supports(key, candidate)) {
                values.set(key, place);
                return candidate;
            }
        }
        return TextValue.REJECT;
    }
}
