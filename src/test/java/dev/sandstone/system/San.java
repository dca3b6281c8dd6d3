package dev.sandstone.system;

import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.rules.ProjectRoot;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** An array in a process of its own, started by the launcher as a user does. */
final class San implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration CLI_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final JsonNode ready;
    private final String token;

    private San(Process process, Path log, JsonNode ready, String token) {
        this.process = process;
        this.log = log;
        this.ready = ready;
        this.token = token;
    }

    /** The checkout's launcher, or another one to test. */
    static String launcher() {
        return System.getProperty(
                "sandstone.launcher", ProjectRoot.path().resolve("san").toString());
    }

    /** Starts {@code san serve --ephemeral} with these further arguments and waits for READY. */
    static San serve(Path scratch, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--ephemeral"));
        all.addAll(Arrays.asList(arguments));
        return start(scratch, "", all);
    }

    /**
     * A permanent array as {@code san init} told of it.
     *
     * @param token of its administrator
     */
    record Made(Path config, String token) {
        /** Starts {@code san serve -c} and waits for READY. */
        San serve(Path scratch) throws IOException {
            return start(scratch, token, List.of("-c", config.toString()));
        }
    }

    /** Makes a permanent array in that folder, with these further arguments; it listens on loopback where nobody else does. */
    static Made init(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher(), "init", folder.toString()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("--portal", "127.0.0.1:0", "--api", "127.0.0.1:0", "--json"));
        JsonNode made = JSON.readTree(Tools.must(CLI_LIMIT, command.toArray(String[]::new)));
        return new Made(
                Path.of(made.get("config").asString()), made.get("token").asString());
    }

    private static San start(Path scratch, String token, List<String> arguments) throws IOException {
        Path readyFile = Files.createTempFile(scratch, "ready", ".json");
        Files.delete(readyFile);
        Path log = Files.createTempFile(scratch, "serve", ".log");
        List<String> command =
                new ArrayList<>(List.of(launcher(), "serve", "--json", "--ready-file", readyFile.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(Files.createTempFile(scratch, "serve", ".out").toFile())
                .redirectError(log.toFile())
                .start();
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!Files.exists(readyFile) || Files.size(readyFile) == 0) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                Assertions.fail("the array did not get ready:\n" + Files.readString(log));
            }
            Tools.waitFor(process, Duration.ofMillis(20));
        }
        JsonNode ready = JSON.readTree(Files.readString(readyFile));
        return new San(process, log, ready, token.isEmpty() ? ready.get("token").asString() : token);
    }

    JsonNode ready() {
        return ready;
    }

    long pid() {
        return ready.get("pid").asLong();
    }

    /** host:port of the n-th portal. */
    String portal(int n) {
        return ready.get("portals").get(n).asString();
    }

    /** The port of the n-th portal. */
    String port(int n) {
        return portal(n).substring(portal(n).lastIndexOf(':') + 1);
    }

    String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Runs a client command against this array; the launcher finds it by environment-like options. */
    Tools.Result cli(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("--api", ready.get("api").asString(), "--token", token));
        return Tools.run(CLI_LIMIT, command.toArray(String[]::new));
    }

    /** Runs a client command that must succeed, and reads the JSON it prints. */
    JsonNode json(String... arguments) throws IOException {
        List<String> withJson = new ArrayList<>(Arrays.asList(arguments));
        withJson.add("--json");
        Tools.Result result = cli(withJson.toArray(String[]::new));
        Assertions.assertEquals(0, result.exit(), () -> String.join(" ", arguments) + "\n" + result.out());
        return JSON.readTree(result.out());
    }

    /** What the daemon counts under that name of {@code /metrics}. */
    long metric(String name) {
        return ApiClient.of(ready.get("api").asString(), token)
                .text("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** Creates a volume and answers how {@code volume show} describes it. */
    JsonNode volume(String name, String size, String... options) throws IOException {
        List<String> create = new ArrayList<>(List.of("volume", "create", name, size));
        create.addAll(Arrays.asList(options));
        json(create.toArray(String[]::new));
        return json("volume", "show", name);
    }

    /** kill -9 of the daemon itself. */
    void kill() throws IOException {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
        Assertions.assertTrue(Tools.waitFor(process, Duration.ofSeconds(20)), "the daemon outlived kill -9");
    }

    /** SIGTERM, then the exit status. */
    int stop() throws IOException {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
        Assertions.assertTrue(Tools.waitFor(process, Duration.ofSeconds(30)), "the daemon did not stop:\n" + log());
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            stop();
        }
    }
}
