package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Payloads of RELOCREF records as anything may have left them: refused, or read and written again as they were. */
class MovedReferencesFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void movedReferences(byte[] payload) {
        MovedReferences moved;
        try {
            moved = MovedReferences.decode(ByteBuffer.wrap(payload));
        } catch (IllegalArgumentException damaged) {
            assertThat(damaged).hasMessageContaining("moved references");
            return;
        }
        assertThat(moved.encode()).isEqualTo(payload);
        assertThat(moved.without(Set.of()).encode()).isEqualTo(payload);
        Set<Long> first = Set.of(moved.runs().get(0).pointer());
        List<MovedReferences.Version> others = moved.without(first).runs();
        assertThat(others).hasSizeLessThan(moved.runs().size());
    }
}
