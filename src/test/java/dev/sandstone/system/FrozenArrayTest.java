package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.PackedFolder;
import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole arrays that earlier versions left behind after a kill are served, show what they showed, and go on. */
final class FrozenArrayTest {
    /** PERSISTENT RESERVE IN, READ KEYS (SPC-4 6.15.2). */
    private static final byte[] READ_KEYS = {0x5E, 0, 0, 0, 0, 0, 0, 0, 16, 0};

    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(strings = "array_cab38e9")
    void isServed(String image) throws IOException {
        try (InputStream packed =
                Objects.requireNonNull(FrozenArrayTest.class.getResourceAsStream("frozen/" + image), image)) {
            PackedFolder.unpack(packed, scratch);
        }
        List<String> facts = Files.readAllLines(scratch.resolve("facts"));
        San.Made made = new San.Made(scratch.resolve("array").resolve("san.toml"), only(facts, "token "));
        try (San san = made.serve(scratch)) {
            assertThat(ArrayFacts.of(san))
                    .as("what is known of it")
                    .containsExactlyElementsOf(facts.stream()
                            .filter(fact -> !fact.startsWith("token ") && !fact.startsWith("moment "))
                            .map(FrozenArrayTest::asToldNow)
                            .toList());
            assertThat(san.cli("pool", "check").exit()).isZero();
            goesOn(san, facts);
            assertThat(san.cli("pool", "check").exit()).isZero();
            assertThat(san.stop()).isZero();
        }
    }

    private static void goesOn(San san, List<String> facts) throws IOException {
        String target = FrozenArrays.target(san);
        san.json("volume", "clone", "v3@before", "again");
        san.json("grant", "create", "again", "reader", "--lun", "20");
        try (IscsiSession session = ArrayFacts.session(san, target)) {
            assertThat(ArrayFacts.hash(session, 20)).isEqualTo(only(facts, "moment v3@before "));
            assertThat(ArrayFacts.hash(session, 4)).isEqualTo(only(facts, "moment v2@both "));
            session.execute(ScsiRequest.of(3, Cdb.testUnitReady()));
            assertThat(session.execute(ScsiRequest.in(3, READ_KEYS, 16))
                            .requireGood()
                            .dataIn())
                    .as("the key that was registered")
                    .endsWith(0, 0, 0, 0, 0, 0, 0x5A, 0x4D);
            session.execute(ScsiRequest.out(20, Cdb.write16(0, 8), new byte[4096]))
                    .requireGood();
            session.logout();
        }
        assertThat(san.cli("snapshot", "delete", "v2", "both", "--yes").exit())
                .as("a snapshot that is held")
                .isNotZero();
        san.json("snapshot", "release", "v2", "both");
        san.json("snapshot", "delete", "v2", "both", "--yes");
        assertThat(san.json("group", "snapshot", "g1", "more")).isNotEmpty();
    }

    /** That a snapshot's LUN is read only was so, and not told of its grant. */
    private static String asToldNow(String fact) {
        boolean ofSnapshot = fact.startsWith("grant ") && fact.contains("@");
        return ofSnapshot ? fact.replace("read_only=false", "read_only=true") : fact;
    }

    private static String only(List<String> facts, String start) {
        return facts.stream()
                .filter(fact -> fact.startsWith(start))
                .findFirst()
                .orElseThrow()
                .substring(start.length());
    }
}
