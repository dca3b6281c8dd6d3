package dev.sandstone.scsi.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.volume.AnnexKind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every state that can be made is kept as it is. */
class PersistentCodecTest {
    private static void kept(PersistentState state) {
        byte[] bytes = PersistentCodec.encode(state);
        assertThat(bytes.length).isLessThanOrEqualTo(AnnexKind.MOST_BYTES);
        PersistentState again = PersistentCodec.decode(bytes);
        assertThat(again).isEqualTo(state);
        assertThat(again.keys().entrySet())
                .containsExactlyElementsOf(state.keys().entrySet());
    }

    @ParameterizedTest
    @EnumSource
    void theMostRegistrationsWithTheLongestNames(ReservationType type) {
        Map<PortId, Long> keys = new LinkedHashMap<>();
        PortId last = null;
        for (int i = 0; i < PersistentState.MOST_REGISTRATIONS; i++) {
            last = new PortId("\u00fc".repeat(126) + String.format(Locale.ROOT, "%03d", i), 0xFFFF - i);
            keys.put(last, -1L - i);
        }
        kept(new PersistentState(-1, true, keys, type, type.heldByAll() ? null : last));
    }

    @Test
    void whatStandsInPlaceOfAnUnreadableStateIsKept() {
        kept(PersistentState.UNREADABLE);
        kept(PersistentState.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udfff", "\udc00\ud800"})
    void aNameThatIsNoTextIsNoPort(String name) {
        assertThatThrownBy(() -> new PortId(name, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameThatCouldNotBeReadAgainIsNoPort() {
        assertThat(new PortId("a".repeat(255), 0).targetPort()).isZero();
        assertThatThrownBy(() -> new PortId("a".repeat(256), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortId("\u00fc".repeat(128), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortId("a", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortId("a", 0x10000)).isInstanceOf(IllegalArgumentException.class);
    }
}
