package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The iSCSI part of docs/conformance.md counts the tests of each clause; {@code -Dsandstone.rewrite=true} writes it anew. What
 * stands before it is the business of the module that serves SCSI.
 */
class ClausePageTest {
    private static final String MARK = "<!-- RFC 7143 -->";

    /** Clauses in the order of the standard, each with what it is about. */
    private static final String[][] CLAUSES = {
        {"4.2.2.1", "command numbering"},
        {"4.2.2.2", "status numbering and its acknowledgement"},
        {"4.2.3", "connection allegiance"},
        {"4.2.3.1", "task management over several connections"},
        {"4.2.3.2", "data of tasks that are aborted"},
        {"4.2.3.3", "answers that wait for other connections"},
        {"4.2.5.1", "data and status over the command's connection"},
        {"4.2.5.2", "immediate and unsolicited data"},
        {"4.3", "discovery sessions"},
        {"6.2", "text negotiation"},
        {"6.3", "login phase"},
        {"6.3.4", "connection reinstatement"},
        {"6.3.5", "session reinstatement"},
        {"6.4", "negotiation in full feature phase"},
        {"7.1.4.1", "recovery within a command"},
        {"7.1.4.3", "recovery of connections"},
        {"7.1.4.4", "loss of a connection below level 2"},
        {"7.2.1", "retry of commands"},
        {"7.2.2", "reassignment of allegiance"},
        {"7.7", "format errors"},
        {"7.8", "digest errors"},
        {"7.9", "sequence errors"},
        {"11.3", "SCSI Command"},
        {"11.4", "SCSI Response"},
        {"11.4.2", "status after the end of all data"},
        {"11.4.5", "residuals"},
        {"11.4.7.2", "sense of transport faults"},
        {"11.4.8", "SNACK Tag"},
        {"11.5.1", "task management functions"},
        {"11.5.6", "ExpDataSN of a reassignment"},
        {"11.6.1", "task management responses"},
        {"11.7", "Data-Out and Data-In"},
        {"11.7.1", "end of a sequence"},
        {"11.7.2", "acknowledgement of data"},
        {"11.7.3", "status in Data-In"},
        {"11.7.4", "tags and offsets of Data-Out"},
        {"11.8", "R2T"},
        {"11.9.1", "Async Message events"},
        {"11.10", "Text Request"},
        {"11.11", "Text Response"},
        {"11.13.5", "status of a login"},
        {"11.14", "Logout Request"},
        {"11.15", "Logout Response"},
        {"11.15.4", "Time2Retain"},
        {"11.16", "SNACK"},
        {"11.16.1", "types of SNACK"},
        {"11.16.2", "replicas of Data-In"},
        {"11.16.3", "resegmentation"},
        {"11.17.1", "reasons of a Reject"},
        {"11.18", "NOP-Out"},
        {"11.19", "NOP-In"},
        {"13.2", "MaxConnections"},
        {"13.8", "TargetAddress"},
        {"13.11", "ImmediateData"},
        {"13.12", "MaxRecvDataSegmentLength"},
        {"13.13", "MaxBurstLength"},
        {"13.14", "FirstBurstLength"},
        {"13.15", "DefaultTime2Wait and DefaultTime2Retain"},
        {"13.17", "MaxOutstandingR2T"},
        {"13.18", "DataPDUInOrder"},
        {"13.19", "DataSequenceInOrder"},
        {"13.20", "ErrorRecoveryLevel"},
        {"C", "SendTargets"},
    };

    @Test
    void thePageInTheRepositoryIsTheGeneratedOne() throws Exception {
        Path page = Path.of(System.getProperty("sandstone.root", ".."), "docs", "conformance.md");
        String whole = Files.readString(page);
        int at = whole.indexOf(MARK);
        String before = at < 0 ? whole + "\n" : whole.substring(0, at);
        String generated = generate();
        if (Boolean.getBoolean("sandstone.rewrite")) {
            Files.writeString(page, before + generated);
        }
        assertThat(Files.readString(page))
                .as("run this test with -Dsandstone.rewrite=true and look at the difference")
                .isEqualTo(before + generated);
    }

    private static String generate() throws IOException, URISyntaxException, ClassNotFoundException {
        Map<String, Integer> counts = counts();
        List<String> lines = new ArrayList<>(List.of(
                MARK,
                "",
                "# iSCSI: tests for each clause",
                "",
                "Written by `ClausePageTest` from the tests over TCP that name a clause of RFC 7143. The state table of a connection",
                "(opcode by phase), the stages of a login and every negotiated key have tests of every cell of their own.",
                "",
                "| clause | about | tests |",
                "|---|---|---|"));
        for (String[] clause : CLAUSES) {
            Integer count = counts.remove(clause[0]);
            lines.add("| " + clause[0] + " | " + clause[1] + " | " + (count == null ? 0 : count) + " |");
        }
        assertThat(counts).as("clauses without a title here").isEmpty();
        return String.join("\n", lines) + "\n";
    }

    private static Map<String, Integer> counts() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(ClausePageTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve(ClausePageTest.class.getPackageName().replace('.', '/'));
        List<String> names;
        try (Stream<Path> files = Files.list(classes)) {
            names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith("Test.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (String name : names) {
            Class<?> tests = Class.forName(ClausePageTest.class.getPackageName() + "." + name);
            for (Method method : tests.getDeclaredMethods()) {
                Clause clause = method.getAnnotation(Clause.class);
                if (clause != null) {
                    for (String each : clause.value()) {
                        counts.merge(each, 1, Integer::sum);
                    }
                }
            }
        }
        return counts;
    }
}
