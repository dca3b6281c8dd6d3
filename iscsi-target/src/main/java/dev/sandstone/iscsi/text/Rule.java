package dev.sandstone.iscsi.text;

import java.util.List;

/**
 * How two sides agree on the value of a key (RFC 7143 6.2.1, 6.2.2).
 *
 * @param kind the result function
 * @param minimum least admissible number
 * @param maximum greatest admissible number
 * @param initial the value before any negotiation: a number, or 1 and 0 for Yes and No, or the place in {@code choices}
 * @param choices admissible values of a list key
 */
public record Rule(Kind kind, long minimum, long maximum, long initial, List<String> choices) {

    /** The result function of a key. */
    public enum Kind {
        /** Declared by one side, not answered; any text. */
        TEXT,
        /** Declared by one side, not answered; a number in range. */
        DECLARED_NUMBER,
        /** The answer is the lesser of both numbers. */
        MINIMUM,
        /** The answer is the greater of both numbers. */
        MAXIMUM,
        /** Yes only when both say Yes. */
        AND,
        /** Yes when one says Yes. */
        OR,
        /** The first value of the offered list that the answering side supports. */
        CHOICE,
        /** A marker key of RFC 3720 that is always answered No (RFC 7143 13.25). */
        ALWAYS_NO,
        /** A marker key of RFC 3720 that is always answered Reject (RFC 7143 13.25). */
        ALWAYS_REJECT,
        /** A question of the full feature phase, or a step of an authentication: its own protocol. */
        PROTOCOL
    }

    static Rule of(Kind kind) {
        return new Rule(kind, 0, 0, 0, List.of());
    }

    static Rule number(Kind kind, long minimum, long maximum, long initial) {
        return new Rule(kind, minimum, maximum, initial, List.of());
    }

    static Rule bool(Kind kind, boolean initial) {
        return new Rule(kind, 0, 1, initial ? 1 : 0, List.of());
    }

    /** The first choice is the initial value. */
    static Rule choice(String... choices) {
        return new Rule(Kind.CHOICE, 0, choices.length - 1L, 0, List.of(choices));
    }

    /** Whether a number may be the value of this key. */
    public boolean admits(long number) {
        return number >= minimum && number <= maximum;
    }

    /** Whether the other side's text must be answered. */
    public boolean isNegotiated() {
        return kind != Kind.TEXT && kind != Kind.DECLARED_NUMBER && kind != Kind.PROTOCOL;
    }

    /** The outcome for two numbers, or for two booleans as 1 and 0. */
    long combine(long offered, long own) {
        return switch (kind) {
            case MINIMUM, AND -> Math.min(offered, own);
            case MAXIMUM, OR -> Math.max(offered, own);
            default -> throw new IllegalStateException(kind + " combines no numbers");
        };
    }
}
