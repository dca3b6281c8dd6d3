package dev.sandstone.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.admin.FakePool;
import dev.sandstone.daemon.api.Durations;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.http.ApiServer;
import dev.sandstone.daemon.http.TestApi;
import dev.sandstone.daemon.http.TokenCheck;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The commands about snapshots, clones, groups, rewind and disks: the forms that scripts rely on. */
class TimeCommandsTest {
    private static final String TOKEN = TokenCheck.newToken();

    private final FakePool pool = new FakePool();
    private ApiServer server;
    private String out = "";
    private String err = "";

    @BeforeEach
    void start() {
        server = ApiServer.start(
                TestApi.create(pool),
                TokenCheck.ofToken(TOKEN),
                Optional.of(new HostPort("127.0.0.1", 0)),
                Optional.empty());
        assertThat(san("volume", "create", "db", "1M")).isZero();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int san(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", server.url(), "--token", TOKEN));
        StringWriter results = new StringWriter();
        StringWriter notes = new StringWriter();
        int exit = CommandLines.prepare(
                        new CommandLine(new SanCommand()), new PrintWriter(results, true), new PrintWriter(notes, true))
                .execute(all.toArray(String[]::new));
        out = results.toString();
        err = notes.toString();
        return exit;
    }

    private JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        int exit = san(all.toArray(String[]::new));
        assertThat(exit).as(err).isEqualTo(ExitCode.OK);
        return Json.mapper().readTree(out);
    }

    private byte[] bytes() {
        return pool.bytes(pool.volumes().get(0).id());
    }

    @Test
    void snapshotsFromCreateToDelete() {
        bytes()[0] = 1;
        JsonNode made = json("snapshot", "create", "db", "one");
        assertThat(made.propertyNames())
                .containsExactly(
                        "volume",
                        "name",
                        "uuid",
                        "state",
                        "kind",
                        "taken_at",
                        "size_bytes",
                        "held",
                        "group",
                        "reclaimable_bytes",
                        "mount");
        assertThat(json("snapshot", "list")).hasSize(1);
        assertThat(json("snapshot", "list", "db")).hasSize(1);
        bytes()[0] = 2;
        assertThat(json("snapshot", "show", "db", "one")
                        .get("reclaimable_bytes")
                        .asLong())
                .isEqualTo(4096);
        assertThat(json("snapshot", "diff", "db", "one")
                        .get(0)
                        .get("length_bytes")
                        .asLong())
                .isEqualTo(4096);
        assertThat(san("snapshot", "diff", "db", "one")).isZero();
        assertThat(out).contains("1 extent, 4 KiB");
        assertThat(json("snapshot", "hold", "db", "one").get("held").asBoolean())
                .isTrue();
        assertThat(san("snapshot", "delete", "db", "one", "--yes")).isEqualTo(ExitCode.CONFLICT);
        assertThat(json("snapshot", "release", "db", "one").get("held").asBoolean())
                .isFalse();
        JsonNode mount = json("snapshot", "mount", "db", "one").get("mount");
        assertThat(mount.get("name").asString()).isEqualTo("db@one");
        assertThat(mount.get("uris")).hasSize(2);
        assertThat(san("snapshot", "show", "db", "one")).isZero();
        assertThat(out).contains("mounted as").contains("iscsi://127.0.0.1:3260/");
        assertThat(json("snapshot", "unmount", "db", "one").get("mount").isNull())
                .isTrue();
        assertThat(json("snapshot", "rollback", "db", "one", "--yes")
                        .get("kind")
                        .asString())
                .isEqualTo("undo");
        assertThat(bytes()[0]).isEqualTo((byte) 1);
        assertThat(san("snapshot", "list")).isZero();
        assertThat(out).contains("undo-");
        assertThat(san("volume", "destroy", "db", "--yes")).isEqualTo(ExitCode.CONFLICT);
        assertThat(san("snapshot", "delete", "db", "one", "--yes")).isZero();
        assertThat(san("volume", "destroy", "db", "--with-snapshots", "--yes")).isZero();
    }

    @Test
    void whatReplacesDataAsksFirst() {
        json("snapshot", "create", "db", "one");
        json("group", "create", "g", "db");
        json("group", "snapshot", "g", "both");
        for (String line : new String[] {
            "snapshot rollback db one",
            "snapshot delete db one",
            "volume rewind db --to one",
            "group rollback g both",
            "group destroy g",
            "pool remove-disk aaaa",
            "pool replace-disk aaaa /disks/two"
        }) {
            assertThat(san(line.split(" ", -1))).as(line).isEqualTo(ExitCode.USAGE);
            assertThat(err).as(line).contains("nothing was changed").contains("--yes");
        }
        assertThat(json("snapshot", "list")).hasSize(2);
    }

    @Test
    void clonesAndTheirOrigin() {
        bytes()[0] = 1;
        json("snapshot", "create", "db", "one");
        bytes()[0] = 2;
        assertThat(json("volume", "clone", "db@one", "copy").get("origin").asString())
                .isEqualTo("db@one");
        assertThat(json("volume", "clone", "db", "now").get("origin").asString())
                .isEqualTo("db");
        assertThat(san("volume", "show", "copy")).isZero();
        assertThat(out).contains("cloned from").contains("db@one");
        assertThat(out).contains("histories behind it");
        assertThat(json("volume", "detach", "copy", "--wait").get("depth").asInt())
                .isZero();
        assertThat(san("volume", "detach", "now")).isZero();
        assertThat(out).contains("cloned from").doesNotContain("histories behind it");
        assertThat(san("volume", "detach", "none")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(san("volume", "clone", "db@two", "x")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(san("volume", "clone", "db@", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(san("volume", "clone", "db@10s ago", "x")).isEqualTo(ExitCode.CONFLICT);
        assertThat(san("volume", "clone", "db", "copy")).isEqualTo(ExitCode.CONFLICT);
    }

    @Test
    void rewindHistoryAndUsage() {
        assertThat(json("volume", "set", "db", "--rewind-window", "1h")
                        .get("rewind_window_s")
                        .asLong())
                .isEqualTo(3600);
        String then = pool.timeline().now().toString();
        bytes()[0] = 1;
        pool.timeline().tick(Duration.ofMinutes(1));
        bytes()[0] = 2;
        JsonNode history = json("volume", "history", "db");
        assertThat(history.get("rewind_from").asString()).isEqualTo(then);
        assertThat(history.get("events").get(0).get("what").asString()).isEqualTo("created");
        assertThat(san("volume", "history", "db")).isZero();
        assertThat(out).contains("every second since " + then + ", window 1h");
        assertThat(san("volume", "rewind", "db", "--to", "2020-01-01T00:00:00Z", "--yes"))
                .isEqualTo(ExitCode.CONFLICT);
        assertThat(san("volume", "rewind", "db", "--to", "yesterday evening", "--yes"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(san("volume", "rewind", "db", "--to", then, "--yes")).isZero();
        assertThat(bytes()[0]).isEqualTo((byte) 1);
        JsonNode usage = json("volume", "du", "db");
        assertThat(usage.get("logical_bytes").asLong()).isEqualTo(1 << 20);
        assertThat(usage.get("snapshots")).hasSize(1);
        assertThat(san("volume", "du", "db")).isZero();
        assertThat(out).contains("held by snapshots").contains("deleting all snapshots gives back");
        assertThat(san("volume", "set", "db", "--rewind-window", "1 hour")).isEqualTo(ExitCode.USAGE);
        assertThat(san("volume", "set", "db", "--rewind-window", "31d")).isEqualTo(ExitCode.USAGE);
        assertThat(json("volume", "set", "db", "--rewind-window", "0")
                        .get("rewind_window_s")
                        .asLong())
                .isZero();
    }

    @Test
    void groupsFromCreateToDestroy() {
        san("volume", "create", "log", "1M");
        assertThat(json("group", "create", "g").get("volumes")).isEmpty();
        assertThat(json("group", "add", "g", "db", "log").get("volumes")).hasSize(2);
        assertThat(json("group", "snapshot", "g", "one")).hasSize(2);
        assertThat(json("group", "show", "g").get("snapshots").get(0).asString())
                .isEqualTo("one");
        assertThat(json("group", "rollback", "g", "one", "--yes")).hasSize(2);
        assertThat(json("group", "list")).hasSize(1);
        assertThat(san("group", "list")).isZero();
        assertThat(out).contains("db, log");
        assertThat(json("group", "remove", "g", "log").get("volumes")).hasSize(1);
        assertThat(san("group", "add", "g")).isEqualTo(ExitCode.USAGE);
        assertThat(san("group", "destroy", "g", "--yes")).isZero();
        assertThat(san("group", "show", "g")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void disksAndTheirScrub() {
        assertThat(json("pool", "add-disk", "/disks/two", "--size", "2M")
                        .get("size_bytes")
                        .asLong())
                .isEqualTo(2 << 20);
        assertThat(json("pool", "disks").get("items")).hasSize(2);
        assertThat(json("pool", "disks").get("redundancy").get("whole").asBoolean())
                .isTrue();
        assertThat(san("pool", "disks")).isZero();
        assertThat(out)
                .contains("/disks/two")
                .contains("any one disk may fail")
                .contains("copies move to make room: 2 done, about 5 to go");
        assertThat(json("pool", "disks").get("moves").get("left").asInt()).isEqualTo(5);
        assertThat(san("pool", "add-disk", "/disks/two")).isEqualTo(ExitCode.CONFLICT);
        assertThat(json("pool", "grow-disk", "/disks/two", "4M")
                        .get("size_bytes")
                        .asLong())
                .isEqualTo(4 << 20);
        assertThat(json("pool", "replace-disk", "/disks/one", "/disks/three", "--yes")
                        .get("path")
                        .asString())
                .isEqualTo("/disks/three");
        assertThat(san("pool", "remove-disk", "/disks/two", "--yes")).isZero();
        assertThat(san("pool", "remove-disk", "/disks/two", "--yes")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(san("pool", "remove-disk", "/disks/three", "--yes")).isEqualTo(ExitCode.NO_SPACE);
        assertThat(json("pool", "scrub").get("state").asString()).isEqualTo("running");
        assertThat(json("pool", "scrub", "--pause").get("state").asString()).isEqualTo("paused");
        assertThat(json("pool", "scrub", "--every", "7d").get("interval_s").asLong())
                .isEqualTo(7 * 86_400);
        assertThat(json("pool", "scrub", "--status").get("state").asString()).isEqualTo("paused");
        assertThat(san("pool", "scrub", "--every", "1s")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aScrubThatIsWaitedForTellsWhetherAllIsSound() {
        pool.disks().scrubEnds(3, 0);
        assertThat(json("pool", "scrub", "--wait").get("state").asString()).isEqualTo("idle");
        pool.disks().scrubEnds(3, 2);
        assertThat(san("pool", "scrub", "--wait")).isEqualTo(ExitCode.INTERNAL);
        assertThat(out).contains("damaged on every copy");
        assertThat(err).contains("2 blocks of 4 KiB are damaged");
        assertThat(json("pool", "scrub", "--pause").get("state").asString()).isEqualTo("paused");
        assertThat(san("pool", "scrub", "--status", "--wait")).isEqualTo(ExitCode.TIMEOUT);
        assertThat(san("pool", "scrub", "--pause", "--wait")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void durationsAreReadAndShown() {
        assertThat(Durations.seconds("1d2h3m4s")).isEqualTo(93_784);
        assertThat(Durations.format(93_784)).isEqualTo("1d2h3m4s");
        assertThat(Durations.seconds("0")).isZero();
        assertThat(Durations.format(0)).isEqualTo("0");
        assertThat(Durations.format(3600)).isEqualTo("1h");
    }

    @Test
    void whatAChosenSetGivesBackIsNotTheSum() {
        bytes()[0] = 1;
        assertThat(san("snapshot", "create", "db", "one")).isZero();
        assertThat(san("snapshot", "create", "db", "two")).isZero();
        bytes()[0] = 2;
        JsonNode both = json("snapshot", "reclaimable", "db@one", "db@two", "db@one");
        assertThat(both.get("snapshots")).hasSize(2);
        assertThat(both.get("reclaimable_bytes").asLong()).isEqualTo(4096);
        assertThat(json("snapshot", "reclaimable", "db@two")
                        .get("reclaimable_bytes")
                        .asLong())
                .isZero();
        assertThat(san("snapshot", "reclaimable", "db@one", "db@two")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("deleting these 2 snapshots gives back 4 KiB");
        assertThat(san("snapshot", "reclaimable", "db@one", "db@three")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(san("snapshot", "reclaimable", "none@one")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(san("snapshot", "reclaimable", "db")).isEqualTo(ExitCode.USAGE);
        assertThat(san("snapshot", "reclaimable")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theCheckNamesVolumesThatHaveLostBlocks() {
        String id = json("volume", "show", "db").get("uuid").asString();
        pool.addFinding("volume " + id + " has lost 2 blocks of 4 KiB, acknowledged before: ...");
        assertThat(san("pool", "check")).isEqualTo(ExitCode.INTERNAL);
        assertThat(out)
                .contains("volume \"db\" (" + id + ") has lost 2 blocks of 4 KiB")
                .contains("1 finding");
        assertThat(err).contains("a backup");
    }

    @Test
    void aNameWithASlashReachesNothingElse() {
        assertThat(san("snapshot", "create", "db", "now")).isZero();
        for (String name : List.of("db/snapshots/now", "", ".", "..", "/", "db/", "../snapshots")) {
            for (List<String> command : List.of(
                    List.of("volume", "show", name),
                    List.of("volume", "resize", name, "2M"),
                    List.of("volume", "set", name, "--write-policy", "durable"),
                    List.of("volume", "destroy", name, "--yes"),
                    List.of("volume", "clone", name + "@now", "x"),
                    List.of("volume", "copy", name, "x"),
                    List.of("volume", "copy-status", name, "--cancel"),
                    List.of("volume", "detach", name),
                    List.of("volume", "rewind", name, "--to", "now", "--yes"),
                    List.of("volume", "history", name),
                    List.of("volume", "du", name),
                    List.of("snapshot", "create", name, "x"),
                    List.of("snapshot", "list", name),
                    List.of("snapshot", "show", name, "now"),
                    List.of("snapshot", "show", "db", name),
                    List.of("snapshot", "hold", "db", name),
                    List.of("snapshot", "rollback", "db", name, "--yes"),
                    List.of("snapshot", "diff", name, "now"),
                    List.of("snapshot", "delete", "db", name, "--yes"),
                    List.of("group", "show", name),
                    List.of("group", "snapshot", name, "x"),
                    List.of("group", "destroy", name, "--yes"),
                    List.of("host", "show", name),
                    List.of("host", "destroy", name, "--yes"),
                    List.of("grant", "destroy", name, "h", "--yes"),
                    List.of("grant", "destroy", "db", name, "--yes"),
                    List.of("portal", "set", name, "--access", "optimized"))) {
                assertThat(san(command.toArray(String[]::new)))
                        .as("%s", command)
                        .isEqualTo(ExitCode.USAGE);
                assertThat(err).as("%s", command).contains("bad-name");
            }
        }
        assertThat(json("snapshot", "list")).as("nothing was deleted").hasSize(1);
        assertThat(json("volume", "list")).hasSize(1);
    }
}
