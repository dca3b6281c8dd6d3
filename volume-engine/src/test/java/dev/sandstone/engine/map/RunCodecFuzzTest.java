package dev.sandstone.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/** Rows of the head table as anything may have left them: refused as damaged, or read and written alike. */
class RunCodecFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void headRow(byte[] row) {
        int keyBytes = Math.min(row.length, KeySpace.HEAD_KEY_BYTES);
        ByteBuffer key = ByteBuffer.wrap(row, 0, keyBytes).slice();
        ByteBuffer value = ByteBuffer.wrap(row, keyBytes, row.length - keyBytes).slice();
        Run run = new Run();
        try {
            RunCodec.decode(key, value, run);
        } catch (MetadataException damaged) {
            assertThat(damaged).hasMessageContaining("damaged");
            return;
        }
        assertThat(run.first).isBetween(0L, run.last);
        ByteBuffer written = RunCodec.encode(ByteBuffer.allocate(RunCodec.MAX_BYTES), run);
        assertThat(written).isEqualTo(value);
    }
}
