package dev.sandstone.bench.history;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A permanent array in a folder, asked over REST. */
final class Daemon implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long POLL_MILLIS = 20;

    private final String launcher;
    private final Path scratch;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String config;
    private final String token;
    private @Nullable Process process;
    private String api = "";
    private long pid;
    private long startMillis;

    Daemon(Path root, Path scratch) throws IOException {
        launcher = root.resolve("san").toString();
        this.scratch = Files.createDirectories(scratch);
        Process init = new ProcessBuilder(
                        launcher,
                        "init",
                        scratch.resolve("array").toString(),
                        "--portal",
                        "127.0.0.1:0",
                        "--api",
                        "127.0.0.1:0",
                        "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode made = JSON.readTree(new String(init.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        config = made.get("config").asString();
        token = made.get("token").asString();
    }

    void start() throws IOException {
        Path readyFile = scratch.resolve("ready");
        Files.deleteIfExists(readyFile);
        Process started = new ProcessBuilder(
                        launcher, "serve", "-c", config, "--json", "--ready-file", readyFile.toString())
                .redirectOutput(new File("/dev/null"))
                .redirectError(scratch.resolve("log").toFile())
                .start();
        process = started;
        while (!Files.exists(readyFile) || Files.size(readyFile) == 0) {
            if (ended(started, POLL_MILLIS)) {
                throw new IOException(Files.readString(scratch.resolve("log")));
            }
        }
        JsonNode ready = JSON.readTree(Files.readString(readyFile));
        pid = ready.get("pid").asLong();
        startMillis = ready.get("startup_ms").asLong();
        String given = ready.get("api").asString();
        api = (given.startsWith("http") ? given : "http://" + given) + "/api/v1";
    }

    private static boolean ended(Process process, long millis) throws IOException {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    void restart() throws IOException {
        stop();
        start();
    }

    private void stop() throws IOException {
        Process running = process;
        if (running != null) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
            if (!ended(running, TimeUnit.MINUTES.toMillis(2))) {
                throw new IOException("the array does not stop");
            }
            process = null;
        }
    }

    /** What the array says of its own start. */
    long startMillis() {
        return startMillis;
    }

    long residentMebibytes() throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"));
        for (String line : status) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
            }
        }
        throw new IOException("no VmRSS");
    }

    String get(String path) throws IOException {
        return answer(request(path).GET());
    }

    String post(String path, String body) throws IOException {
        return answer(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + path)).header("Authorization", "Bearer " + token);
    }

    private String answer(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        http.close();
    }
}
