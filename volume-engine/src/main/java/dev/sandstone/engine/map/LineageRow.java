package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/**
 * The value of a row of the lineage table, big-endian:
 *
 * <pre>
 *  0  format:8 (2)  state:8 (0 live, 1 dead, 2 ended)  tie:8 (0 to 3, see Tie)  zero:40
 *  8  mapped:64      blocks that hold data in the head table
 * 16  parent:64      lineage it was forked from, 0 none
 * 24  parentLsn:64   as of which record, 0 none
 * 32  history:64     blocks that hold data in the table of displaced versions
 * </pre>
 *
 * <p>Format 1 ends before {@code history} and knows neither parents nor state 2.
 *
 * @param mapped blocks that hold data
 * @param history blocks of displaced versions that hold data
 */
record LineageRow(State state, Tie tie, long mapped, long parent, long parentLsn, long history) {
    static final int BYTES = 40;
    private static final int BYTES_FORMAT_1 = 32;
    private static final int FORMAT = 2;

    /** One without a row. */
    static final LineageRow NEW = new LineageRow(State.LIVE, 0, 0, 0, 0);

    /** One that nobody makes independent. */
    LineageRow(State state, long mapped, long parent, long parentLsn, long history) {
        this(state, Tie.PLAIN, mapped, parent, parentLsn, history);
    }

    /** How it hangs on its parent. */
    enum Tie {
        /** What it does not have is its parent's; or it never had a parent. */
        PLAIN(0),
        /** What it inherits becomes its own, in the background. */
        DETACHING(1),
        /** It has a parent still, and inherits nothing that is not its own too. */
        FILLED(2),
        /** It had a parent once. */
        CUT(3);

        private static final Tie[] ALL = values();

        private final byte code;

        Tie(int code) {
            this.code = (byte) code;
        }

        private boolean hasParent() {
            return this == DETACHING || this == FILLED;
        }
    }

    /** What is left of a lineage. */
    enum State {
        /** A volume writes to it. */
        LIVE(0),
        /** Nobody can ask for it any more; its rows are being removed. */
        DEAD(1),
        /** Nothing is written to it; some of its moments are kept. */
        ENDED(2);

        private static final State[] ALL = values();

        private final byte code;

        State(int code) {
            this.code = (byte) code;
        }
    }

    LineageRow counting(long moreMapped, long moreHistory) {
        return new LineageRow(
                state, tie, Math.addExact(mapped, moreMapped), parent, parentLsn, Math.addExact(history, moreHistory));
    }

    /** As the log says; that it is filled the log does not know. */
    LineageRow with(State next, Tie itsTie, long itsParent, long itsParentLsn) {
        Tie nextTie = tie == Tie.FILLED && itsTie == Tie.DETACHING ? tie : itsTie;
        return new LineageRow(next, nextTie, mapped, itsParent, itsParentLsn, history);
    }

    LineageRow filled() {
        return new LineageRow(state, Tie.FILLED, mapped, parent, parentLsn, history);
    }

    ByteBuffer encode(ByteBuffer value) {
        return value.clear()
                .put((byte) FORMAT)
                .put(state.code)
                .put(tie.code)
                .put((byte) 0)
                .putInt(0)
                .putLong(mapped)
                .putLong(parent)
                .putLong(parentLsn)
                .putLong(history)
                .flip();
    }

    /** @throws MetadataException when the bytes are no such row */
    static LineageRow decode(ByteBuffer value) {
        int at = value.position();
        int bytes = value.remaining();
        int format = bytes == 0 ? 0 : value.get(at);
        if (!(format == 1 && bytes == BYTES_FORMAT_1) && !(format == FORMAT && bytes == BYTES)) {
            throw damaged("a row of " + bytes + " bytes, format " + format);
        }
        int state = value.get(at + 1);
        long mapped = value.getLong(at + 8);
        long parent = value.getLong(at + 16);
        long parentLsn = value.getLong(at + 24);
        long history = format == 1 ? 0 : value.getLong(at + 32);
        if (state < 0 || state >= State.ALL.length || mapped < 0 || history < 0) {
            throw damaged("state " + state + ", " + mapped + " and " + history + " blocks");
        }
        int tie = format == 1 ? 0 : value.get(at + 2);
        if (tie < 0 || tie >= Tie.ALL.length) {
            throw damaged("tie " + tie);
        }
        Tie itsTie = Tie.ALL[tie];
        if ((itsTie.hasParent() && parent == 0) || (itsTie == Tie.CUT && parent != 0)) {
            throw damaged("tie " + tie + " to parent " + parent);
        }
        if (parent < 0 || parentLsn < 0 || (parent == 0) != (parentLsn == 0) || (format == 1 && parent != 0)) {
            throw damaged("parent " + parent + " as of " + parentLsn);
        }
        return new LineageRow(State.ALL[state], itsTie, mapped, parent, parentLsn, history);
    }

    private static MetadataException damaged(String what) {
        return new MetadataException("the lineage table holds a damaged row: " + what
                + "; its files are damaged: check the disk under the metadata folder");
    }
}
