package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * libiscsi's conformance suite, each test in a process of its own: one of them leaves a hook behind that garbles later
 * commands of its process.
 *
 * <p>A test may skip itself where it asks for a command that is not offered; none may fail.
 */
final class ConformanceTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern ASSERTS = Pattern.compile("asserts\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)");

    private static final Pattern ENDED = Pattern.compile("^(passed|FAILED)", Pattern.MULTILINE);

    /** Looks for the outcome in the tool's own queue before the answer can have arrived; no target passes it. */
    private static final String IMPOSSIBLE = "iSCSITMF.LUNResetSimpleAsync";

    @TempDir
    Path scratch;

    @Test
    void noTestOfTheSuiteFails() throws IOException {
        Tools.require("iscsi-test-cu", "libiscsi-bin");
        Map<String, String> failures = new LinkedHashMap<>();
        int[] counts = new int[2];
        try (San san = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0")) {
            JsonNode disk = san.volume("disk", "512M", "--physical-block", "4096", "--removable");
            JsonNode readOnly = san.volume("read-only", "64M", "--read-only");
            JsonNode plain = san.volume("plain", "512M", "--physical-block", "512");
            for (String test : tests()) {
                String name = name(test);
                if (name.equals(IMPOSSIBLE)) {
                    continue;
                }
                JsonNode volume =
                        name.startsWith("ReadOnly") ? readOnly : name.startsWith("GetLBAStatus") ? plain : disk;
                run(test, volume, failures, counts);
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
        System.out.println("iscsi-test-cu: " + counts[0] + " passed, " + failures.size() + " failed, " + counts[1]
                + " skipped themselves, 1 impossible (" + IMPOSSIBLE + ")");
        assertThat(failures).isEmpty();
        assertThat(counts[0]).as("tests that ran and passed").isGreaterThan(100);
    }

    /** Each distinct Suite.Test once; the tool lists most of them in several families. */
    private static List<String> tests() throws IOException {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String line : Tools.run(LIMIT, "iscsi-test-cu", "-l").out().split("\\s+", -1)) {
            String[] parts = line.split("\\.", -1);
            if (parts.length == 3) {
                byName.putIfAbsent(parts[1] + "." + parts[2], line);
            }
        }
        assertThat(byName).hasSizeGreaterThan(200);
        return new ArrayList<>(byName.values());
    }

    /** Without the family. */
    private static String name(String test) {
        return test.substring(test.indexOf('.') + 1);
    }

    private static void run(String test, JsonNode volume, Map<String, String> failures, int[] counts)
            throws IOException {
        Tools.Result result = Tools.run(
                LIMIT,
                "iscsi-test-cu",
                "-d",
                "-S",
                "-v",
                "-V",
                "-t",
                test,
                volume.get("uris").get(0).asString(),
                volume.get("uris").get(1).asString());
        // Before and after the test itself the tool clears persistent reservations, and says what came of that as well.
        String out = result.out();
        String suite = out.substring(Math.max(0, out.indexOf("\nSuite: ")));
        Matcher ended = ENDED.matcher(suite);
        String own = ended.find() ? suite.substring(0, ended.start()) : suite;
        Matcher asserts = ASSERTS.matcher(out);
        boolean clean = result.exit() == 0 && asserts.find() && asserts.group(4).equals("0");
        if (!clean) {
            failures.put(test, tail(out));
        } else if (own.contains("[SKIPPED]") || own.contains("[SKIPPING]")) {
            counts[1]++;
            if (name(test).startsWith("ExtendedCopy") || name(test).startsWith("ReceiveCopyResults")) {
                failures.put(test, "skipped itself: " + tail(own));
            }
        } else {
            counts[0]++;
        }
    }

    private static String tail(String out) {
        StringBuilder kept = new StringBuilder();
        for (String line : out.lines().toList()) {
            if (line.contains("FAIL") || line.matches("\\s*\\d+\\. .*") || line.contains("ended:")) {
                kept.append(line.strip()).append(" | ");
            }
        }
        return kept.isEmpty() ? out.substring(Math.max(0, out.length() - 400)) : kept.toString();
    }
}
