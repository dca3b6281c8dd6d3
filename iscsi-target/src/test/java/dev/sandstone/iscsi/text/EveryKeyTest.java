package dev.sandstone.iscsi.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 7143 6.2 and 13, as a table: what the standard offer answers to each value of each key, alone and in any company. */
class EveryKeyTest {
    /** Key, then pairs of offer and answer. */
    private static final String[][] TABLE = {
        {
            "HeaderDigest",
            "None",
            "None",
            "CRC32C",
            "CRC32C",
            "CRC32C,None",
            "CRC32C",
            "None,CRC32C",
            "None",
            "MD5",
            "Reject"
        },
        {"DataDigest", "None", "None", "CRC32C", "CRC32C", "X,CRC32C,None", "CRC32C", "", "Reject", "crc32c", "Reject"},
        {"MaxConnections", "1", "1", "2", "2", "8", "8", "9", "8", "65535", "8", "0", "Reject", "65536", "Reject"},
        {"InitialR2T", "Yes", "Yes", "No", "No", "yes", "Reject", "", "Reject"},
        {"ImmediateData", "Yes", "Yes", "No", "No", "1", "Reject"},
        {"MaxBurstLength", "512", "512", "1048576", "1048576", "16777215", "1048576", "511", "Reject", "-1", "Reject"},
        {"FirstBurstLength", "512", "512", "65536", "65536", "262143", "262143", "511", "Reject", "x", "Reject"},
        {"DefaultTime2Wait", "0", "2", "2", "2", "3600", "3600", "3601", "Reject"},
        {"DefaultTime2Retain", "0", "0", "20", "0", "3600", "0", "3601", "Reject"},
        {"MaxOutstandingR2T", "1", "1", "16", "16", "17", "16", "65535", "16", "0", "Reject", "65536", "Reject"},
        {"DataPDUInOrder", "Yes", "Yes", "No", "No", "Maybe", "Reject"},
        {"DataSequenceInOrder", "Yes", "Yes", "No", "No", "NO", "Reject"},
        {"ErrorRecoveryLevel", "0", "0", "1", "1", "2", "2", "3", "Reject", "0x1", "1"},
        {"iSCSIProtocolLevel", "0", "0", "1", "1", "2", "1", "31", "1", "32", "Reject"},
        {"TaskReporting", "RFC3720", "RFC3720", "FastAbort,RFC3720", "RFC3720", "ResponseFence", "Reject"},
        {"IFMarker", "Yes", "No", "No", "No"},
        {"OFMarker", "Yes", "No", "No", "No"},
        {"IFMarkInt", "2048", "Reject"},
        {"OFMarkInt", "1~65535", "Reject"},
    };

    private static Key key(String[] row) {
        return Optional.ofNullable(Key.of(row[0])).orElseThrow();
    }

    private static String ask(OperationalNegotiation negotiation, Key key, String offer) throws TextException {
        return negotiation.take(key, offer).orElseThrow().value();
    }

    @TestFactory
    List<DynamicTest> eachValueAlone() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String[] row : TABLE) {
            for (int i = 1; i < row.length; i += 2) {
                String offer = row[i];
                String answer = row[i + 1];
                tests.add(DynamicTest.dynamicTest(
                        row[0] + "=" + offer,
                        () -> assertThat(ask(new OperationalNegotiation(OperationalOffer.standard()), key(row), offer))
                                .isEqualTo(answer)));
            }
        }
        return tests;
    }

    @Test
    void theTableHasEveryNegotiatedKey() {
        List<Key> keys = new ArrayList<>();
        for (String[] row : TABLE) {
            keys.add(key(row));
        }
        for (Key key : Key.values()) {
            assertThat(keys.contains(key)).as("%s", key).isEqualTo(key.rule().isNegotiated());
        }
    }

    /** Keys do not touch each other, but for the two that RFC 7143 and this target bind together. */
    @Test
    void anyCombinationInAnyOrder() throws TextException {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            OperationalNegotiation negotiation = new OperationalNegotiation(OperationalOffer.standard());
            Map<Key, String> answers = new EnumMap<>(Key.class);
            List<String[]> rows = new ArrayList<>(List.of(TABLE));
            while (!rows.isEmpty()) {
                String[] row = rows.remove(random.nextInt(rows.size()));
                if (random.nextInt(4) == 0) {
                    continue;
                }
                int i = 1 + 2 * random.nextInt((row.length - 1) / 2);
                String expected = expected(key(row), row[i], row[i + 1], answers);
                assertThat(ask(negotiation, key(row), row[i]))
                        .as("seed %d, %s=%s after %s", seed, row[0], row[i], answers)
                        .isEqualTo(expected);
                answers.put(key(row), expected);
            }
            verifyOutcome(seed, negotiation.parameters(), answers);
        }
    }

    private static String expected(Key key, String offer, String alone, Map<Key, String> before) {
        if (alone.equals("Reject")) {
            return alone;
        }
        if (key == Key.DEFAULT_TIME2RETAIN && "2".equals(before.get(Key.ERROR_RECOVERY_LEVEL))) {
            return Integer.toString(Math.min(20, Integer.parseInt(offer)));
        }
        if (key == Key.FIRST_BURST_LENGTH) {
            long maxBurst = number(before, Key.MAX_BURST_LENGTH, 262144);
            return Long.toString(Math.min(maxBurst, Long.parseLong(alone)));
        }
        return alone;
    }

    private static long number(Map<Key, String> answers, Key key, long initial) {
        String answer = answers.getOrDefault(key, "Reject");
        return answer.equals("Reject") ? initial : Long.parseLong(answer);
    }

    private static boolean yes(Map<Key, String> answers, Key key, boolean initial) {
        String answer = answers.getOrDefault(key, "Reject");
        return answer.equals("Reject") ? initial : answer.equals("Yes");
    }

    private static void verifyOutcome(int seed, OperationalParameters outcome, Map<Key, String> answers) {
        long maxBurst = number(answers, Key.MAX_BURST_LENGTH, 262144);
        OperationalParameters expected = new OperationalParameters(
                "CRC32C".equals(answers.get(Key.HEADER_DIGEST)),
                "CRC32C".equals(answers.get(Key.DATA_DIGEST)),
                (int) number(answers, Key.MAX_CONNECTIONS, 1),
                yes(answers, Key.INITIAL_R2T, true),
                yes(answers, Key.IMMEDIATE_DATA, true),
                8192,
                8192,
                (int) maxBurst,
                (int) Math.min(maxBurst, number(answers, Key.FIRST_BURST_LENGTH, 65536)),
                (int) number(answers, Key.DEFAULT_TIME2WAIT, 2),
                (int) number(answers, Key.DEFAULT_TIME2RETAIN, 20),
                (int) number(answers, Key.MAX_OUTSTANDING_R2T, 1),
                yes(answers, Key.DATA_PDU_IN_ORDER, true),
                yes(answers, Key.DATA_SEQUENCE_IN_ORDER, true),
                (int) number(answers, Key.ERROR_RECOVERY_LEVEL, 0));
        assertThat(outcome).as("seed %d, %s", seed, answers).isEqualTo(expected);
    }
}
