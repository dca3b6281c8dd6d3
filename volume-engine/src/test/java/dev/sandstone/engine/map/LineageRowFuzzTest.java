package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/** Rows of the lineage table as anything may have left them: refused as damaged, or read. */
class LineageRowFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void lineageRow(byte[] row) {
        LineageRow read;
        try {
            read = LineageRow.decode(ByteBuffer.wrap(row));
        } catch (MetadataException damaged) {
            assertThat(damaged).hasMessageContaining("damaged");
            return;
        }
        assertThat(read.mapped()).isNotNegative();
    }
}
