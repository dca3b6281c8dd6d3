package dev.sandstone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "4096B, 4096",
        "4k, 4096",
        "10G, 10737418240",
        "512MiB, 536870912",
        "1TB, 1099511627776",
        "8P, 9007199254740992",
        "7E, 8070450532247928832",
        "9223372036854775807, 9223372036854775807"
    })
    void reads(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "G",
                "-1",
                "1.5G",
                "10X",
                "10GG",
                "10GiBs",
                "8E",
                "9223372036854775808",
                "99999999999999999999"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KiB", "1536, 1.5 KiB", "536870912, 512 MiB", "10737418240, 10 GiB"})
    void writesForPeople(long bytes, String text) {
        assertThat(ByteSize.format(bytes)).isEqualTo(text);
    }

    @Test
    void addressesToListenOn() {
        assertThat(HostPort.parse("localhost:0")).isEqualTo(new HostPort("localhost", 0));
        assertThat(HostPort.parse("[::1]:3260")).hasToString("[::1]:3260");
        for (String bad : new String[] {"", ":1", "a", "a:", "::1:3260", "a:65536", "a:-1", "[]:1", "[a:1"}) {
            assertThatThrownBy(() -> HostPort.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
