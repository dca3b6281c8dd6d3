package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.command.CommandRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The part of docs/conformance.md on copies says what the table says; {@code -Dsandstone.rewrite=true} writes it anew. What
 * stands before {@link #MARK} and from {@link #NEXT} on is the business of other modules.
 */
class CopyConformancePageTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String MARK = "<!-- third-party copy -->";
    private static final String NEXT = "<!-- RFC 7143 -->";

    /** Who tests a command, by its name before a parenthesis. */
    private static final Map<String, List<Class<?>>> TESTS = Map.of(
            "EXTENDED COPY", List.of(CopyParametersTest.class, ExtendedCopyTest.class, SharedCopyTest.class),
            "POPULATE TOKEN", List.of(TokenTest.class),
            "WRITE USING TOKEN", List.of(TokenTest.class),
            "COPY OPERATION ABORT", List.of(CopyAbortTest.class),
            "RECEIVE COPY STATUS", List.of(ReceiveCopyTest.class),
            "RECEIVE COPY DATA", List.of(ReceiveCopyTest.class),
            "RECEIVE COPY OPERATING PARAMETERS", List.of(ReceiveCopyTest.class),
            "RECEIVE COPY FAILURE DETAILS", List.of(ReceiveCopyTest.class),
            "RECEIVE ROD TOKEN INFORMATION", List.of(ReceiveCopyTest.class, TokenTest.class),
            "REPORT ALL ROD TOKENS", List.of(ReceiveCopyTest.class, TokenTest.class));

    @Test
    void thePageInTheRepositoryIsTheGeneratedOne() throws Exception {
        Path page = Path.of(System.getProperty("sandstone.root", ".."), "docs", "conformance.md");
        String whole = Files.readString(page);
        int end = whole.indexOf(NEXT);
        int at = whole.indexOf(MARK);
        String generated = whole.substring(0, at < 0 ? end : at) + generate() + whole.substring(end);
        if (Boolean.getBoolean("sandstone.rewrite")) {
            Files.writeString(page, generated);
        }
        assertThat(Files.readString(page))
                .as("run this test with -Dsandstone.rewrite=true and look at the difference")
                .isEqualTo(generated);
    }

    @Test
    void everyTestIsThatOfACommand() {
        assertThat(TESTS.keySet())
                .isSubsetOf(rows().stream().map(CopyConformancePageTest::base).toList());
    }

    private static String generate() {
        List<String> lines = new ArrayList<>(List.of(
                MARK,
                "",
                "## Commands of third-party copies",
                "",
                "Written by `CopyConformancePageTest` from the rows that the module for copies adds to the table; columns as above.",
                "",
                "| code | command | clause | usage map | data | writes | medium | tests |",
                "|---|---|---|---|---|---|---|---|"));
        rows().forEach(row -> lines.add(line(row)));
        return String.join("\n", lines) + "\n\n";
    }

    private static List<CommandRow> rows() {
        return CopyOffload.commands(new HeapTimes()).rows();
    }

    private static String line(CommandRow row) {
        List<Class<?>> tests = TESTS.getOrDefault(base(row), List.of());
        assertThat(tests).as("tests of " + row.name()).isNotEmpty();
        assertThat(row.clause()).matches("S[BP]C-\\d \\d+\\.\\d+");
        return String.join(
                " | ",
                "| " + HEX.toHexDigits((byte) row.opcode()) + "h/" + HEX.toHexDigits((byte) row.serviceAction()) + "h",
                row.name(),
                row.clause(),
                "`" + HEX.formatHex(row.usage()) + "`",
                row.direction().name().toLowerCase(Locale.ROOT),
                row.writes() ? "yes" : "",
                row.needsMedium() ? "yes" : "",
                String.join(
                                ", ",
                                tests.stream()
                                        .map(test -> "`" + test.getSimpleName() + "`")
                                        .toList())
                        + " |");
    }

    private static String base(CommandRow row) {
        int end = row.name().indexOf('(');
        return end < 0 ? row.name() : row.name().substring(0, end);
    }
}
