package dev.sandstone.scsi.sense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** SPC-4 4.5.2 and 4.5.3, byte by byte. */
class SenseDataTest {
    @Test
    void fixedFormat() {
        assertThat(hex(SenseData.illegal(AdditionalSense.INVALID_COMMAND_OPERATION_CODE), false))
                .isEqualTo("70 00 05 00000000 0A 00000000 20 00 00 000000");
        assertThat(hex(SenseData.invalidFieldInCdb(10, 7), false))
                .isEqualTo("70 00 05 00000000 0A 00000000 24 00 00 CF000A");
        assertThat(hex(SenseData.invalidFieldInCdb(2, -1), false))
                .isEqualTo("70 00 05 00000000 0A 00000000 24 00 00 C00002");
        assertThat(hex(SenseData.invalidFieldInParameterList(0x1234, 0), false))
                .isEqualTo("70 00 05 00000000 0A 00000000 26 00 00 881234");
    }

    @Test
    void informationInFixedFormatHas32Bits() {
        SenseData miscompare = SenseData.of(SenseKey.MISCOMPARE, AdditionalSense.MISCOMPARE_DURING_VERIFY_OPERATION);
        assertThat(hex(miscompare.withInformation(0xFFFF_FFFFL), false))
                .isEqualTo("F0 00 0E FFFFFFFF 0A 00000000 1D 00 00 000000");
        assertThat(hex(miscompare.withInformation(0x1_0000_0000L), false))
                .isEqualTo("70 00 0E 00000000 0A 00000000 1D 00 00 000000");
    }

    @Test
    void descriptorFormat() {
        assertThat(raw(SenseData.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED)))
                .isEqualTo("7205250000000000");
        assertThat(raw(SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.UNRECOVERED_READ_ERROR)
                        .withInformation(0x1_0000_0002L)))
                .isEqualTo("720311000000000C" + "000A8000" + "0000000100000002");
        assertThat(raw(SenseData.invalidFieldInCdb(1, 4))).isEqualTo("7205240000000008" + "02060000" + "CC000100");
    }

    @Test
    void deferredErrors() {
        SenseData deferred =
                SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR).asDeferred();
        assertThat(deferred.encode(false)[0]).isEqualTo((byte) 0x71);
        assertThat(deferred.encode(true)[0]).isEqualTo((byte) 0x73);
    }

    @Test
    void namesAndCodesAreOneToOne() {
        Set<Integer> codes = new HashSet<>();
        for (AdditionalSense additional : AdditionalSense.values()) {
            assertThat(codes.add(additional.asc() * 256 + additional.ascq()))
                    .as(additional.name())
                    .isTrue();
        }
        for (SenseKey key : SenseKey.values()) {
            assertThat(SenseKey.of(key.code())).isSameAs(key);
        }
    }

    @Test
    void aPointerBeyondItsFieldIsRefused() {
        assertThatThrownBy(() -> SenseData.invalidFieldInCdb(0x1_0000, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SenseData.invalidFieldInCdb(0, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String hex(SenseData sense, boolean descriptor) {
        String all = raw(sense.encode(descriptor));
        return String.join(
                " ",
                all.substring(0, 2),
                all.substring(2, 4),
                all.substring(4, 6),
                all.substring(6, 14),
                all.substring(14, 16),
                all.substring(16, 24),
                all.substring(24, 26),
                all.substring(26, 28),
                all.substring(28, 30),
                all.substring(30));
    }

    private static String raw(SenseData sense) {
        return raw(sense.encode(true));
    }

    private static String raw(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }
}
