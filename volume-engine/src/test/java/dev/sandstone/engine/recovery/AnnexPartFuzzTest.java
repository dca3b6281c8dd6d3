package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Parts of an annex as anything may have left them: refused, or read and written again as they were. */
class AnnexPartFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void annexPart(byte[] payload) {
        AnnexPart part;
        try {
            part = AnnexPart.decode(ByteBuffer.wrap(payload));
        } catch (IllegalArgumentException damaged) {
            assertThat(damaged).hasMessageContaining("annex");
            return;
        }
        assertThat(part.encode()).isEqualTo(payload);
        AnnexTable table = new AnnexTable();
        table.put(part);
        byte[] whole = table.find(part.volume(), part.kind());
        assertThat(whole == null).isEqualTo(part.place().count() > 1);
    }
}
