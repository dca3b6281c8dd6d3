package dev.sandstone.iscsi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextValueTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "262144, 262144",
        "0x10, 16",
        "0XfF, 255",
        "0x0001, 1",
        "9223372036854775807, 9223372036854775807",
        "0x7fffffffffffffff, 9223372036854775807"
    })
    void numbers(String value, long expected) {
        assertThat(TextValue.number(value)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "01",
                "1 ",
                " 1",
                "0x",
                "0xg",
                "1k",
                "9223372036854775808",
                "0x8000000000000000",
                "99999999999999999999",
                "\u0661"
            })
    void notNumbers(String value) {
        assertThat(TextValue.number(value)).isEmpty();
    }

    @Test
    void booleansAreExact() {
        assertThat(TextValue.bool("Yes")).hasValue(1);
        assertThat(TextValue.bool("No")).hasValue(0);
        assertThat(TextValue.bool("yes")).isEmpty();
        assertThat(TextValue.bool("")).isEmpty();
    }

    @Test
    void binaryInBothForms() throws TextException {
        assertThat(TextValue.binary("0x0aFf", 2)).containsExactly(0x0a, 0xff);
        assertThat(TextValue.binary("0xaff", 2)).as("odd count").containsExactly(0x0a, 0xff);
        assertThat(TextValue.binary("0bCv8=", 2)).containsExactly(0x0a, 0xff);
        assertThat(TextValue.binary("0BCv8", 2)).as("without padding").containsExactly(0x0a, 0xff);
        assertThat(TextValue.hex(new byte[] {0x0a, (byte) 0xff})).isEqualTo("0x0aff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0aff", "0x", "0b", "0xzz", "0b!!", "0b=", "0x000102", "0bAAEC", "0bAAECAAECAAEC"})
    void binaryThatIsWrongOrTooLong(String value) {
        assertThatThrownBy(() -> TextValue.binary(value, 2)).isInstanceOf(TextException.class);
    }

    @Test
    void lists() {
        assertThat(TextValue.list("CRC32C,None")).containsExactly("CRC32C", "None");
        assertThat(TextValue.list("")).containsExactly("");
        assertThat(TextValue.list(",")).containsExactly("", "");
    }
}
