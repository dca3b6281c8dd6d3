package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge must find what it exists for. */
final class WriteOracleTest {
    private final WriteOracle oracle = new WriteOracle(16);
    private final ByteBuffer disk = ByteBuffer.allocateDirect(16 * WriteOracle.UNIT);

    private void apply(WriteOracle.Write write, int units) {
        disk.put(write.unit() * WriteOracle.UNIT, WriteOracle.content(write), 0, units * WriteOracle.UNIT);
    }

    @Test
    void acceptsWhatWasAcknowledgedAndAnyWholeWriteUnderWay() {
        WriteOracle.Write first = oracle.begin(0, 4);
        apply(first, 4);
        oracle.acknowledged(first, true);
        WriteOracle.Write second = oracle.begin(2, 4);
        assertThat(oracle.judge(disk)).isEmpty();
        apply(second, 4);
        assertThat(oracle.judge(disk)).as("not announced any more").isNotEmpty();
    }

    @Test
    void findsALostDurableWrite() {
        WriteOracle.Write write = oracle.begin(3, 1);
        oracle.acknowledged(write, true);
        assertThat(oracle.judge(disk)).hasSize(1);
    }

    @Test
    void findsATornWrite() {
        WriteOracle.Write write = oracle.begin(3, 4);
        apply(write, 3);
        assertThat(oracle.judge(disk)).anyMatch(line -> line.contains("torn"));
    }

    @Test
    void findsAFlippedBit() {
        WriteOracle.Write write = oracle.begin(3, 1);
        apply(write, 1);
        oracle.acknowledged(write, true);
        int at = 3 * WriteOracle.UNIT + 100;
        disk.put(at, (byte) (disk.get(at) ^ 1));
        assertThat(oracle.judge(disk)).anyMatch(line -> line.contains("damaged"));
    }

    @Test
    void findsAHoleInTheOrderOfAcknowledgedWrites() {
        WriteOracle.Write lost = oracle.begin(0, 1);
        oracle.acknowledged(lost, false);
        WriteOracle.Write later = oracle.begin(8, 1);
        apply(later, 1);
        assertThat(oracle.judge(disk)).anyMatch(line -> line.contains("older acknowledged one is lost"));
    }

    @Test
    void acceptsALostSuffixButNotWhatAFlushCovered() {
        WriteOracle.Write flushed = oracle.begin(0, 1);
        apply(flushed, 1);
        oracle.acknowledged(flushed, false);
        List<WriteOracle.Write> covered = oracle.acknowledgedSoFar();
        WriteOracle.Write lost = oracle.begin(8, 1);
        oracle.acknowledged(lost, false);
        oracle.flushed(covered);
        assertThat(oracle.judge(disk)).isEmpty();
        disk.put(0, new byte[WriteOracle.UNIT]);
        assertThat(oracle.judge(disk)).isNotEmpty();
    }
}
