package dev.sandstone.engine.cleaner;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How far a scrub is; immutable.
 *
 * @param state what it does
 * @param cursor the last segment it has seen in this walk
 * @param done segments seen
 * @param repaired blocks written anew
 * @param damaged blocks that no copy has
 * @param beganMicros wall clock when the last walk began; 0 when none has
 * @param endedMicros wall clock when the last one ended that saw everything; 0 when none has
 * @param intervalMicros from one beginning to the next; 0 never by itself
 */
public record ScrubProgress(
        State state,
        long cursor,
        long done,
        long repaired,
        long damaged,
        long beganMicros,
        long endedMicros,
        long intervalMicros) {

    /** What a scrub does. */
    public enum State {
        IDLE,
        RUNNING,
        PAUSED
    }

    private static final long USUAL_MICROS = TimeUnit.DAYS.toMicros(14);
    private static final int FIELDS = 8;

    /** None yet; the first one begins an interval from now. */
    static ScrubProgress fresh(long nowMicros) {
        return new ScrubProgress(State.IDLE, 0, 0, 0, 0, nowMicros, 0, USUAL_MICROS);
    }

    /** A new walk. */
    ScrubProgress begun(long nowMicros) {
        return new ScrubProgress(State.RUNNING, 0, 0, 0, 0, nowMicros, endedMicros, intervalMicros);
    }

    ScrubProgress in(State next) {
        return new ScrubProgress(next, cursor, done, repaired, damaged, beganMicros, endedMicros, intervalMicros);
    }

    ScrubProgress seen(long segment) {
        return new ScrubProgress(state, segment, done + 1, repaired, damaged, beganMicros, endedMicros, intervalMicros);
    }

    ScrubProgress found(long moreRepaired, long moreDamaged) {
        return new ScrubProgress(
                state,
                cursor,
                done,
                repaired + moreRepaired,
                damaged + moreDamaged,
                beganMicros,
                endedMicros,
                intervalMicros);
    }

    ScrubProgress ended(long nowMicros) {
        return new ScrubProgress(State.IDLE, 0, done, repaired, damaged, beganMicros, nowMicros, intervalMicros);
    }

    ScrubProgress every(long micros) {
        return new ScrubProgress(state, cursor, done, repaired, damaged, beganMicros, endedMicros, micros);
    }

    /** When the next one begins by itself; 0 for never. */
    public long nextMicros() {
        return intervalMicros == 0 || state != State.IDLE ? 0 : beganMicros + intervalMicros;
    }

    String text() {
        return state + " " + cursor + " " + done + " " + repaired + " " + damaged + " " + beganMicros + " "
                + endedMicros + " " + intervalMicros;
    }

    /** What {@link #text} said; a fresh one when it says nothing that makes sense. */
    static ScrubProgress parse(String text, long nowMicros) {
        List<String> words = List.of(text.trim().split(" ", -1));
        try {
            return words.size() != FIELDS
                    ? fresh(nowMicros)
                    : new ScrubProgress(
                            State.valueOf(words.get(0)),
                            Long.parseLong(words.get(1)),
                            Long.parseLong(words.get(2)),
                            Long.parseLong(words.get(3)),
                            Long.parseLong(words.get(4)),
                            Long.parseLong(words.get(5)),
                            Long.parseLong(words.get(6)),
                            Long.parseLong(words.get(7)));
        } catch (IllegalArgumentException e) {
            return fresh(nowMicros);
        }
    }
}
