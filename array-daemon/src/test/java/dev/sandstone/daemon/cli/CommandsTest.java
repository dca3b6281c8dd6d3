package dev.sandstone.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.admin.FakePool;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Problem;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.http.ApiServer;
import dev.sandstone.daemon.http.TestApi;
import dev.sandstone.daemon.http.TokenCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The commands against a whole management interface: what they print, and how they end. */
class CommandsTest {
    private static final String TOKEN = TokenCheck.newToken();

    @TempDir
    Path dir;

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
                Optional.of(dir.resolve("api.sock")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... arguments) {
        StringWriter results = new StringWriter();
        StringWriter notes = new StringWriter();
        int exit = line(results, notes).execute(arguments);
        out = results.toString();
        err = notes.toString();
        return exit;
    }

    private static CommandLine line(StringWriter results, StringWriter notes) {
        return CommandLines.prepare(
                new CommandLine(new SanCommand()), new PrintWriter(results, true), new PrintWriter(notes, true));
    }

    private int san(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", server.url(), "--token", TOKEN));
        return run(all.toArray(String[]::new));
    }

    private JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        assertThat(san(all.toArray(String[]::new))).as(err).isEqualTo(ExitCode.OK);
        return Json.mapper().readTree(out);
    }

    @Test
    void volumesFromCreateToDestroy() {
        JsonNode made = json("volume", "create", "db", "1M", "--physical-block", "512", "--removable");
        assertThat(made.get("size_bytes").asLong()).isEqualTo(1 << 20);
        assertThat(made.propertyNames())
                .contains(
                        "name",
                        "uuid",
                        "size_bytes",
                        "used_bytes",
                        "iqn",
                        "lun",
                        "naa",
                        "serial",
                        "write_policy",
                        "physical_block",
                        "removable",
                        "read_only",
                        "uris");
        assertThat(json("volume", "show", "db")).isEqualTo(made);
        assertThat(json("volume", "list")).hasSize(1);
        assertThat(json("volume", "resize", "db", "2M").get("size_bytes").asLong())
                .isEqualTo(2 << 20);
        assertThat(json("volume", "set", "db", "--write-policy", "write-back", "--read-only", "true")
                        .get("read_only")
                        .asBoolean())
                .isTrue();
        assertThat(san("volume", "list")).isZero();
        assertThat(out.lines().toList().get(1)).contains("db").contains("2 MiB").contains("write-back");
        assertThat(san("volume", "show", "db")).isZero();
        assertThat(out).contains("iscsi://127.0.0.1:3260/");
        assertThat(san("volume", "destroy", "db", "--yes")).isZero();
        assertThat(json("volume", "list")).isEmpty();
    }

    @Test
    void hostsAndGrants() throws IOException {
        Path secret = Files.writeString(dir.resolve("secret"), "0123456789ab\n");
        san("volume", "create", "db", "1M");
        JsonNode host = json(
                "host",
                "create",
                "h",
                "--iqn",
                "iqn.2026-11.test:h",
                "--chap-user",
                "u",
                "--chap-secret-file",
                secret.toString());
        assertThat(host.get("chap_user").asString()).isEqualTo("u");
        assertThat(host.propertyNames()).doesNotContain("chap_secret");
        assertThat(json("grant", "create", "db", "h", "--lun", "3").get("lun").asInt())
                .isEqualTo(3);
        assertThat(json("grant", "list")).hasSize(1);
        assertThat(json("host", "list")).hasSize(1);
        assertThat(json("host", "show", "h")).isEqualTo(host);
        assertThat(san("host", "destroy", "h", "--yes")).isEqualTo(ExitCode.CONFLICT);
        assertThat(san("grant", "destroy", "db", "h", "--yes")).isZero();
        assertThat(san("host", "destroy", "h", "--yes")).isZero();
        assertThat(json("session", "list")).hasSize(1);
        assertThat(json("pool", "usage").get("capacity_bytes").asLong()).isEqualTo(100);
        assertThat(json("pool", "check").get("sound").asBoolean()).isTrue();
    }

    @Test
    void aCheckOfThePoolTakesAsLongAsItTakes() {
        assertThat(json("pool", "check", "--status").get("state").asString()).isEqualTo("idle");
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        pool.checksEndWith(end);
        JsonNode running = json("pool", "check", "--no-wait");
        assertThat(running.get("state").asString()).isEqualTo("running");
        assertThat(running.get("sound").asBoolean()).as("nobody knows yet").isFalse();
        pool.addFinding("I1: found by the first");
        assertThat(san("pool", "check", "--status")).isZero();
        assertThat(out).contains("3 of 7 segments");
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> line(new StringWriter(), new StringWriter())
                        .execute("pool", "check", "--api", server.url(), "--token", TOKEN));
        assertThat(waiting).isNotDone();
        end.complete(true);
        assertThat(waiting.join())
                .as("it waited for the check that was under way")
                .isEqualTo(1);
        assertThat(san("pool", "check", "--status")).isEqualTo(1);
        assertThat(out).contains("I1: found by the first");
        pool.checksEndWith(CompletableFuture.failedFuture(new IllegalStateException("the disk is gone")));
        assertThat(san("pool", "check")).isEqualTo(1);
        assertThat(err).contains("the disk is gone");
    }

    @Test
    void theLocalSocketNeedsNoToken() {
        assertThat(run("volume", "list", "--api", dir.toString())).as(err).isZero();
        assertThat(run("volume", "list", "--api", "unix:" + dir.resolve("api.sock")))
                .isZero();
        assertThat(run("volume", "list", "--api", dir.resolve("none").toString()))
                .isEqualTo(ExitCode.CANNOT_CONNECT);
    }

    @Test
    void exitCodesAreFixed() throws IOException {
        assertThat(san("volume", "show", "none")).isEqualTo(3);
        assertThat(san("volume", "create", "db", "1M")).isZero();
        assertThat(san("volume", "create", "db", "2M")).isEqualTo(4);
        assertThat(san("volume", "resize", "db", "4096")).isEqualTo(4);
        assertThat(san("volume", "create", "db2", "1X")).isEqualTo(2);
        assertThat(san("volume", "create", "large", "1T")).isEqualTo(9);
        assertThat(san("volume", "destroy", "db")).as("nobody confirmed").isEqualTo(2);
        assertThat(san("volume", "crate", "db", "1M")).isEqualTo(2);
        assertThat(err).contains("create");
        assertThat(san("volume")).isEqualTo(2);
        assertThat(san()).isEqualTo(2);
        assertThat(san("volume", "show")).isEqualTo(2);
        assertThat(run("volume", "list", "--api", server.url(), "--token", "wrong"))
                .isEqualTo(5);
        assertThat(run("volume", "list", "--api", server.url())).isEqualTo(5);
        assertThat(run("volume", "list", "--api", "http://127.0.0.1:1")).isEqualTo(6);
        assertThat(run("volume", "list", "--api", "http://127.0.0.1:0")).isEqualTo(2);
        assertThat(run("volume", "list", "--api", "ftp://x:1/")).isEqualTo(6);
        assertThat(run("volume", "list", "--api", server.url(), "--token", "a\r\nb"))
                .isEqualTo(2);
        pool.addFinding("I5: two live copies of block 7");
        assertThat(san("pool", "check")).isEqualTo(1);
        assertThat(out).contains("I5: two live copies of block 7");
        assertThat(run("version", "--json")).isZero();
        assertThat(run("volume", "--help")).isZero();
    }

    @Test
    void errorsNameCodeCauseAndFix() {
        san("volume", "show", "none");
        assertThat(err.lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("error volume-not-found: no volume \"none\""),
                        line -> assertThat(line).startsWith("  cause: "),
                        line -> assertThat(line).startsWith("  fix:   "));
        assertThat(out).isEmpty();
        san("volume", "show", "none", "--json");
        assertThat(Json.read(err.getBytes(StandardCharsets.UTF_8), Problem.class)
                        .code())
                .isEqualTo(ErrorCode.VOLUME_NOT_FOUND.wire());
    }

    @Test
    void anAnswerThatIsNoArraysIsTold() throws Exception {
        for (String answer : new String[] {
            "",
            "SSH-2.0-x\r\n",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
            "HTTP/1.1 500 no\r\nContent-Length: 2\r\n\r\nno",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        }) {
            try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread thread = Thread.ofPlatform().name("stranger").start(() -> answerOnce(stranger, answer));
                assertThat(run("volume", "list", "--api", "http://127.0.0.1:" + stranger.getLocalPort()))
                        .as(answer)
                        .isEqualTo(ExitCode.CANNOT_CONNECT);
                thread.join();
            }
        }
    }

    private static void answerOnce(ServerSocket server, String answer) {
        try (Socket socket = server.accept()) {
            byte[] head = new byte[4096];
            int read = socket.getInputStream().read(head);
            assertThat(read).isPositive();
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }

    @Test
    void anAnswerIsReadToItsEnd() throws Exception {
        String body = Json.text(new Volumes.Page(List.of()));
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\n" + body.substring(0, 5) + "\r\n"
                + Integer.toHexString(body.length() - 5) + ";x=y\r\n" + body.substring(5) + "\r\n0\r\nT: x\r\n\r\n";
        for (String answer : new String[] {chunked, "HTTP/1.0 200 OK\r\n\r\n" + body}) {
            try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread thread = Thread.ofPlatform().name("other").start(() -> answerOnce(other, answer));
                assertThat(run("volume", "list", "--json", "--api", "http://127.0.0.1:" + other.getLocalPort()))
                        .as(err)
                        .isZero();
                thread.join();
            }
            assertThat(out.strip()).isEqualTo("[]");
        }
    }
}
