package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What records and rows of marks say is read as it was written, and as earlier versions wrote it. */
class MarksSetTest {
    private static final UUID VOLUME = new UUID(1, 1);
    private static final int KIND_AT = 32;
    private static final int ROW_BYTES = 32;

    private static ByteBuffer record(long kind) {
        byte[] bytes = new MarksSet(5, List.of(new MarksSet.Member(7, 3, true, 0))).encode();
        return ByteBuffer.wrap(bytes).putLong(KIND_AT, kind);
    }

    @Test
    void aVolumeIsMarkedOrNotInTimeOrLate() {
        MarksSet set = new MarksSet(
                5,
                List.of(
                        new MarksSet.Member(1, 2, true, 0),
                        new MarksSet.Member(2, 2, false, 0),
                        new MarksSet.Member(3, 2, true, 1_700_000_000_000_000L),
                        new MarksSet.Member(4, 2, false, 1_700_000_000_000_000L)));
        assertThat(MarksSet.decode(ByteBuffer.wrap(set.encode()))).isEqualTo(set);
        assertThat(MarksSet.decode(record(1)).members()).containsExactly(new MarksSet.Member(7, 3, true, 0));
        assertThat(MarksSet.decode(record(0)).members()).containsExactly(new MarksSet.Member(7, 3, false, 0));
        for (long kind : new long[] {Long.MIN_VALUE, Long.MIN_VALUE | 1}) {
            assertThatThrownBy(() -> MarksSet.decode(record(kind))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRowIsLongerOnlyWhereItEnds() {
        MarkRow row = new MarkRow(1, 2, 3, VOLUME, 8);
        assertThat(row.encode()).hasSize(ROW_BYTES);
        MarkRow ended = row.endingAt(9);
        for (MarkRow one : List.of(row, ended)) {
            assertThat(MarkRow.decode(ByteBuffer.wrap(one.key()), ByteBuffer.wrap(one.encode())))
                    .isEqualTo(one);
        }
        assertThat(row.ends()).isFalse();
        assertThat(ended.ends()).isTrue();
        assertThat(ended.endingAt(20)).isEqualTo(ended);
        assertThat(ended.endingAt(4).end()).isEqualTo(4);
    }

    /** One that comes later, or is looked for from within the time that the one before does not show, begins behind that. */
    @Test
    void whatIsShownFromATimeOnBeginsWithTheMarkBefore() {
        MarkTable table = new MarkTable();
        MarkRow first = new MarkRow(1, 1, 10, VOLUME, 8);
        MarkRow second = new MarkRow(1, 2, 20, VOLUME, 8);
        table.put(first);
        table.put(first.endingAt(15));
        table.put(second);
        assertThat(table.shown(VOLUME, 12)).containsExactly(first.endingAt(15), second);
        assertThat(table.shown(VOLUME, 5)).containsExactly(first.endingAt(15), second);
        assertThat(table.shown(VOLUME, 25)).containsExactly(second);
        assertThat(table.of(VOLUME)).hasSize(2);
    }
}
