package dev.sandstone.iscsi.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteSequencesTest {
    private static final TransferLimits LIMITS = new TransferLimits(8192, 4096, 1024, false, true, 3);

    private static DataOut pdu(int tag, int dataSn, long offset, int length, boolean last) {
        DataOut pdu = new DataOut();
        pdu.targetTransferTag(tag);
        pdu.dataSn(dataSn);
        pdu.bufferOffset((int) offset);
        pdu.dataSegmentLength(length);
        pdu.isFinal(last);
        return pdu;
    }

    @Test
    void unsolicitedDataEndsAtTheFirstBurst() {
        WriteSequences sequences = new WriteSequences(LIMITS, 10_000, true);
        sequences.immediate(500);
        assertThat(sequences.fault(pdu(Bhs.RESERVED_TAG, 0, 500, 525, true))).isEqualTo(DataFault.INCORRECT_AMOUNT);
        assertThat(sequences.fault(pdu(Bhs.RESERVED_TAG, 1, 500, 100, true))).isEqualTo(DataFault.SERVICE_CRC);
        assertThat(sequences.fault(pdu(Bhs.RESERVED_TAG, 0, 496, 100, true))).isEqualTo(DataFault.INCORRECT_AMOUNT);
        DataOut last = pdu(Bhs.RESERVED_TAG, 0, 500, 524, true);
        assertThat(sequences.fits(last)).isTrue();
        sequences.take(last, true);
        assertThat(sequences.open()).isFalse();
        assertThat(sequences.fault(pdu(Bhs.RESERVED_TAG, 0, 1024, 4, true)))
                .isEqualTo(DataFault.UNEXPECTED_UNSOLICITED);
    }

    @Test
    void unsolicitedDataNeverPassesTheExpectedLength() {
        WriteSequences sequences = new WriteSequences(LIMITS, 600, true);
        assertThat(sequences.fits(pdu(Bhs.RESERVED_TAG, 0, 0, 600, true))).isTrue();
        assertThat(sequences.fits(pdu(Bhs.RESERVED_TAG, 0, 0, 601, true))).isFalse();
        assertThat(sequences.fits(pdu(Bhs.RESERVED_TAG, 0, 0xffffffffL, 4, true)))
                .isFalse();
    }

    @Test
    void solicitedSequencesCoverTheRestExactlyInOrder() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int wanted = 1 + random.nextInt(40_000);
            WriteSequences sequences = new WriteSequences(LIMITS, wanted + random.nextInt(5000), false);
            int immediate = random.nextInt(Math.min(wanted, 1024));
            sequences.immediate(immediate);
            sequences.solicit(wanted);
            ArrayDeque<long[]> asked = new ArrayDeque<>();
            int tag = 0;
            int r2ts = 0;
            while (sequences.received() < wanted) {
                while (sequences.mayAsk()) {
                    assertThat(sequences.nextR2tSn()).isEqualTo(r2ts++);
                    asked.add(new long[] {tag, sequences.askOffset(), sequences.askLength()});
                    sequences.ask(tag++);
                }
                assertThat(asked.size()).as("seed %d", seed).isBetween(1, 3);
                answer(sequences, asked.remove(), random);
            }
            assertThat(sequences.received()).isEqualTo(wanted);
            assertThat(sequences.open()).isFalse();
            assertThat(sequences.mayAsk()).isFalse();
            assertThat(r2ts).isEqualTo((wanted - immediate + 4095) / 4096);
        }
    }

    private static void answer(WriteSequences sequences, long[] r2t, Random random) {
        int left = (int) r2t[2];
        long offset = r2t[1];
        int dataSn = 0;
        while (left > 0) {
            int length = 1 + random.nextInt(left);
            boolean last = length == left;
            DataOut pdu = pdu((int) r2t[0], dataSn++, offset, length, last);
            assertThat(sequences.fits(pdu)).isTrue();
            assertThat(sequences.fits(pdu((int) r2t[0], dataSn - 1, offset, left + 1, true)))
                    .isFalse();
            assertThat(last || !sequences.fits(pdu((int) r2t[0], dataSn - 1, offset, length, true)))
                    .as("F before the end")
                    .isTrue();
            sequences.take(pdu, true);
            offset += length;
            left -= length;
        }
    }

    @Test
    void aFailedCommandFollowsItsSequencesToTheirEnd() {
        WriteSequences sequences = new WriteSequences(LIMITS, 12_288, false);
        sequences.solicit(12_288);
        sequences.ask(7);
        sequences.ask(8);
        sequences.ask(9);
        assertThat(sequences.fault(pdu(8, 0, 4096, 100, false)))
                .as("out of order")
                .isEqualTo(DataFault.SERVICE_CRC);
        sequences.fail();
        sequences.take(pdu(8, 0, 4096, 4096, true), true);
        assertThat(sequences.knows(8)).isFalse();
        assertThat(sequences.fits(pdu(7, 0, 0, 4096, true))).isFalse();
        sequences.take(pdu(9, 5, 1, 2, true), true);
        assertThat(sequences.open()).isTrue();
        sequences.take(pdu(7, 0, 0, 4096, true), true);
        assertThat(sequences.open()).isFalse();
        assertThat(sequences.received()).isZero();
        assertThat(sequences.mayAsk()).isFalse();
    }
}
