package dev.sandstone.iscsi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormatTest {

    @Test
    void readsWhatItWrites() throws TextException {
        List<TextPair> pairs = List.of(
                new TextPair("InitiatorName", "iqn.2026-11.dev.sandstone:h"),
                new TextPair("X-dev.sandstone.note", "a=b, \u00e9"),
                new TextPair("TargetAlias", ""));
        byte[] text = TextFormat.format(pairs);
        assertThat(new String(text, StandardCharsets.UTF_8))
                .isEqualTo(
                        "InitiatorName=iqn.2026-11.dev.sandstone:h\0X-dev.sandstone.note=a=b, \u00e9\0TargetAlias=\0");
        assertThat(TextFormat.parse(text)).isEqualTo(pairs);
    }

    @Test
    void nothingIsFineAndEmptyStringsAreSkipped() throws TextException {
        assertThat(TextFormat.parse(new byte[0])).isEmpty();
        assertThat(parse("\0\0A=1\0\0B=2\0\0")).containsExactly(new TextPair("A", "1"), new TextPair("B", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=1", "A\0", "=1\0", "A B=1\0", "\u00e9=1\0", "A=1\0B", "A\1=2\0"})
    void grammarErrors(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(TextException.class);
    }

    @Test
    void keysAndValuesHaveTheirLimits() throws TextException {
        assertThat(parse("K".repeat(63) + "=\0")).hasSize(1);
        assertThatThrownBy(() -> parse("K".repeat(64) + "=\0")).isInstanceOf(TextException.class);
        assertThat(parse("InitiatorAlias=" + "v".repeat(255) + "\0")).hasSize(1);
        assertThatThrownBy(() -> parse("InitiatorAlias=" + "v".repeat(256) + "\0"))
                .isInstanceOf(TextException.class);
        assertThat(parse("HeaderDigest=" + "v".repeat(8192) + "\0")).hasSize(1);
        assertThatThrownBy(() -> parse("HeaderDigest=" + "v".repeat(8193) + "\0"))
                .isInstanceOf(TextException.class);
        assertThat(parse("X-a=" + "v".repeat(8192) + "\0")).hasSize(1);
        assertThatThrownBy(() -> parse("X-a=" + "v".repeat(8193) + "\0")).isInstanceOf(TextException.class);
        assertThat(parse("A=1\0".repeat(64))).hasSize(64);
        assertThatThrownBy(() -> parse("A=1\0".repeat(65))).isInstanceOf(TextException.class);
        assertThatThrownBy(() -> TextFormat.parse(new byte[TextFormat.MAX_EXCHANGE_BYTES + 1]))
                .isInstanceOf(TextException.class);
    }

    @Test
    void valuesAreUtf8() {
        byte[] overlong = {'A', '=', (byte) 0xc0, (byte) 0x80, 0};
        assertThatThrownBy(() -> TextFormat.parse(overlong)).hasMessageContaining("UTF-8");
    }

    @Test
    void anUnknownKeyIsNotEchoedWhole() {
        assertThatThrownBy(() -> parse("K".repeat(60) + "=" + "v".repeat(9000) + "\0"))
                .hasMessageContaining("K".repeat(20) + "...")
                .hasMessageNotContaining("K".repeat(21));
    }

    @Test
    void aTextMayBeCutAnywhere() throws TextException {
        byte[] text = "InitiatorName=iqn.x\0SessionType=Discovery\0".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= text.length; cut++) {
            TextAssembler assembler = new TextAssembler();
            assertThat(assembler.add(Unpooled.wrappedBuffer(text, 0, cut), true))
                    .isFalse();
            assertThat(assembler.add(Unpooled.wrappedBuffer(text, cut, text.length - cut), false))
                    .isTrue();
            assertThat(assembler.take()).hasSize(2);
            assertThat(assembler.take()).as("empty again").isEmpty();
        }
    }

    @Test
    void continuationsAreCountedThoughEmpty() throws TextException {
        TextAssembler assembler = new TextAssembler();
        for (int i = 0; i < TextAssembler.MAX_CONTINUATIONS; i++) {
            assertThat(assembler.add(Unpooled.EMPTY_BUFFER, true)).isFalse();
        }
        assertThatThrownBy(() -> assembler.add(Unpooled.EMPTY_BUFFER, true)).isInstanceOf(TextException.class);
    }

    @Test
    void anExchangeIsCapped() throws TextException {
        TextAssembler assembler = new TextAssembler();
        assembler.add(Unpooled.wrappedBuffer(new byte[8192]), true);
        assembler.add(Unpooled.wrappedBuffer(new byte[8192]), true);
        assertThatThrownBy(() -> assembler.add(Unpooled.wrappedBuffer(new byte[1]), false))
                .isInstanceOf(TextException.class);
    }

    @Test
    void everyKeyIsFoundByItsNameOnly() {
        List<String> names = new ArrayList<>();
        for (Key key : Key.values()) {
            assertThat(Key.of(key.text())).isEqualTo(key);
            assertThat(key.text().length()).isLessThanOrEqualTo(TextFormat.MAX_KEY_BYTES);
            names.add(key.text());
        }
        assertThat(names).doesNotHaveDuplicates();
        assertThat(Key.of("initiatorname")).isNull();
    }

    private static List<TextPair> parse(String text) throws TextException {
        return TextFormat.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
