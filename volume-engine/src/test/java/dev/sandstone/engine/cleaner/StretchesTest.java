package dev.sandstone.engine.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.cleaner.Stretches.Claim;
import dev.sandstone.engine.cleaner.Stretches.Stretch;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.Lending;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each place of a segment is looked at once, with everybody who may show it. */
class StretchesTest {
    private static final long SEGMENT = 9;

    private static RecordDescriptor data(int grain, long block, int blocks, long lsn) {
        return new RecordDescriptor(
                lsn,
                RecordType.DATA,
                1,
                block,
                blocks,
                lsn,
                Pointer.raw(SEGMENT, grain),
                blocks * Evacuation.BLOCK_BYTES,
                new int[blocks]);
    }

    private static Lending lent(int grain, int blocks, long lineage, long block, long birth) {
        return new Lending(Pointer.raw(SEGMENT, grain), blocks, lineage, block, birth);
    }

    @Test
    void withoutLoansARecordIsAStretch() {
        List<RecordDescriptor> records = List.of(data(16, 100, 4, 7), data(48, 104, 2, 8));
        assertThat(Stretches.of(records)).isEqualTo(Stretches.of(SEGMENT, records, List.of()));
        assertThat(Stretches.of(records))
                .containsExactly(
                        new Stretch(Pointer.raw(SEGMENT, 16), 4, List.of(new Claim(1, 100, 7))),
                        new Stretch(Pointer.raw(SEGMENT, 48), 2, List.of(new Claim(1, 104, 8))));
    }

    @Test
    void loansCutRecords() {
        List<RecordDescriptor> records = List.of(data(16, 100, 4, 7), data(48, 104, 2, 8));
        List<Lending> lent = List.of(lent(16, 4, 3, 0, 30), lent(32, 3, 2, 50, 20));
        assertThat(Stretches.of(SEGMENT, records, lent))
                .containsExactly(
                        new Stretch(Pointer.raw(SEGMENT, 16), 2, List.of(new Claim(1, 100, 7), new Claim(3, 0, 30))),
                        new Stretch(
                                Pointer.raw(SEGMENT, 32),
                                2,
                                List.of(new Claim(1, 102, 7), new Claim(3, 2, 30), new Claim(2, 50, 20))),
                        new Stretch(Pointer.raw(SEGMENT, 48), 1, List.of(new Claim(1, 104, 8), new Claim(2, 52, 20))),
                        new Stretch(Pointer.raw(SEGMENT, 56), 1, List.of(new Claim(1, 105, 8))));
    }
}
