package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Payloads of FORK records of version 2 as anything may have left them: refused, or read and written again as they were. */
class DetachmentsFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void detachments(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        Detachments read;
        try {
            read = Detachments.decode(bytes);
        } catch (IllegalArgumentException damaged) {
            assertThat(damaged).hasMessageContaining("detachment");
            return;
        }
        assertThat(Detachments.is(bytes)).isTrue();
        assertThat(bytes.remaining()).isEqualTo(payload.length);
        assertThat(read.encode()).isEqualTo(payload);
        assertThat(read.members()).isNotEmpty().allMatch(member -> member.lineage() > 0);
    }
}
