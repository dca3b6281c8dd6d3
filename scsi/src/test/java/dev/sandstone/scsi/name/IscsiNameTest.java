package dev.sandstone.scsi.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IscsiNameTest {

    @ParameterizedTest
    @CsvSource({
        "iqn.2026-11.dev.sandstone:vol1, iqn.2026-11.dev.sandstone:vol1",
        "IQN.2026-11.DEV.Sandstone:Vol1, iqn.2026-11.dev.sandstone:vol1",
        "iqn.1993-08.org.debian:01:abc, iqn.1993-08.org.debian:01:abc",
        "iqn.1991-05.com.microsoft:win_host, iqn.1991-05.com.microsoft:win_host",
        "iqn.2001-04.com.example, iqn.2001-04.com.example",
        "eui.02004567A425678D, eui.02004567a425678d",
        "naa.52004567BA64678D, naa.52004567ba64678d",
        "naa.62004567BA64678D0123456789ABCDEF, naa.62004567ba64678d0123456789abcdef",
        "iqn.2001-04.com.example:\uff46oo, iqn.2001-04.com.example:foo",
        "iqn.2001-04.com.example:\u00dcber, iqn.2001-04.com.example:\u00fcber"
    })
    void comparedInOneForm(String name, String normal) {
        assertThat(IscsiName.normalise(name)).hasValue(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "iqn",
                "iqn.",
                "iqn.2026-13.dev.sandstone:x",
                "iqn.2026-00.dev.sandstone:x",
                "iqn.202-11.dev.sandstone:x",
                "iqn.2026-11.:x",
                "iqn.2026-11.dev.sandstone:",
                "iqn.2026-11.dev.sandstone:a b",
                "iqn.2026-11.dev.sandstone:a/b",
                "iqn.2026-11.dev.sandstone:a\u0000b",
                "iqn.2026-11.dev.sandstone:\ud800",
                "iqn.2026-11.dev.sandstone:\u200b",
                "eui.02004567A425678",
                "eui.02004567A425678G",
                "naa.52004567BA64678",
                "naa.62004567BA64678D0",
                "host1"
            })
    void refused(String name) {
        assertThat(IscsiName.normalise(name)).isEmpty();
    }

    @Test
    void atMost223Bytes() {
        String prefix = "iqn.2026-11.dev.sandstone:";
        assertThat(IscsiName.normalise(prefix + "a".repeat(223 - prefix.length())))
                .isPresent();
        assertThat(IscsiName.normalise(prefix + "a".repeat(224 - prefix.length())))
                .isEmpty();
        assertThat(IscsiName.normalise(prefix + "\u00fc".repeat(100))).isEmpty();
    }
}
