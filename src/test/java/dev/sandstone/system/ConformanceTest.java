package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * libiscsi's conformance suite, each test in a process of its own: one of them leaves a hook behind that garbles later
 * commands of its process.
 *
 * <p>No test may fail, or skip itself or a part of it.
 */
final class ConformanceTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern ASSERTS = Pattern.compile("asserts\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)");

    private static final Pattern ENDED = Pattern.compile("^(passed|FAILED)", Pattern.MULTILINE);

    /** Looks for the outcome in the tool's own queue before the answer can have arrived; no target passes it. */
    private static final String IMPOSSIBLE = "iSCSITMF.LUNResetSimpleAsync";

    /** Sleeps for minutes between its questions and resets the whole target: so it has an array of its own beside the others. */
    private static final String PATIENT = "Sanitize.Reset";

    @TempDir
    Path scratch;

    private final Map<String, String> failures = new ConcurrentHashMap<>();
    private final AtomicInteger passed = new AtomicInteger();

    @Test
    void everyTestOfTheSuitePasses() throws Exception {
        Tools.require("iscsi-test-cu", "libiscsi-bin");
        Map<String, String> tests = tests();
        tests.remove(IMPOSSIBLE);
        String patient = Objects.requireNonNull(tests.remove(PATIENT));
        try (San own = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0");
                San san = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0")) {
            JsonNode alone = disk(own);
            Thread beside = Thread.ofPlatform().name("patient").start(() -> run(patient, alone));
            JsonNode disk = disk(san);
            JsonNode readOnly = san.volume("read-only", "64M", "--read-only");
            JsonNode plain = san.volume("plain", "512M", "--physical-block", "512");
            tests.forEach((name, test) ->
                    run(test, name.startsWith("ReadOnly") ? readOnly : name.startsWith("GetLBAStatus") ? plain : disk));
            beside.join();
            assertThat(san.cli("pool", "check").exit()).isZero();
            assertThat(own.cli("pool", "check").exit()).isZero();
        }
        System.out.println("iscsi-test-cu: " + passed + " passed, " + failures.size()
                + " failed or skipped themselves, 1 impossible (" + IMPOSSIBLE + ")");
        assertThat(failures).isEmpty();
        assertThat(passed.get()).isEqualTo(tests.size() + 1);
    }

    private static JsonNode disk(San san) throws IOException {
        return san.volume("disk", "512M", "--physical-block", "4096", "--removable");
    }

    /** Family.Suite.Test by Suite.Test, each once: the tool lists most of them in several families. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String line : Tools.run(LIMIT, "iscsi-test-cu", "-l").out().split("\\s+", -1)) {
            String[] parts = line.split("\\.", -1);
            if (parts.length == 3) {
                byName.putIfAbsent(parts[1] + "." + parts[2], line);
            }
        }
        assertThat(byName).hasSizeGreaterThan(200);
        return byName;
    }

    private void run(String test, JsonNode volume) {
        Tools.Result result;
        try {
            JsonNode uris = volume.get("uris");
            String first = uris.get(0).asString();
            result = Tools.run(
                    LIMIT,
                    "iscsi-test-cu",
                    "-d",
                    "-S",
                    "-v",
                    "-V",
                    "-t",
                    test,
                    first,
                    uris.get(1).asString());
        } catch (IOException e) {
            failures.put(test, e.toString());
            return;
        }
        // Before and after the test itself the tool clears persistent reservations, and says what came of that as well.
        String out = result.out();
        String suite = out.substring(Math.max(0, out.indexOf("\nSuite: ")));
        Matcher ended = ENDED.matcher(suite);
        String own = ended.find() ? suite.substring(0, ended.start()) : suite;
        Matcher asserts = ASSERTS.matcher(out);
        if (result.exit() != 0 || !asserts.find() || !asserts.group(4).equals("0")) {
            failures.put(test, tail(out));
        } else if (own.contains("[SKIPPED]") || own.contains("[SKIPPING]")) {
            failures.put(test, "skipped itself: " + tail(own));
        } else {
            passed.incrementAndGet();
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
