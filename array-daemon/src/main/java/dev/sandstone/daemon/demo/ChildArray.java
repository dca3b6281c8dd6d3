package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** An array in a process of its own, started as a user starts one; it can be killed. */
final class ChildArray implements AutoCloseable {
    private static final long READY_SECONDS = 120;
    private static final long END_SECONDS = 30;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final String INITIATOR = "iqn.2026-11.dev.sandstone:demo";

    private final Process process;
    private final String portal;
    private final ApiClient client;

    private ChildArray(Process process, JsonNode ready) {
        this.process = process;
        this.portal = ready.get("portals").get(0).asString();
        this.client =
                ApiClient.of(ready.get("api").asString(), ready.get("token").asString());
    }

    /**
     * Starts {@code serve --ephemeral} and waits until it is ready.
     *
     * @param data the array's folder
     */
    static ChildArray start(Path scratch, Path data, String... options) throws IOException {
        Path readyFile = scratch.resolve("ready.json");
        Path log = scratch.resolve("array.log");
        Files.deleteIfExists(readyFile);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-XX:+UseCompact"))
                .forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=2g", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(
                List.of("dev.sandstone.daemon.Main", "serve", "--ephemeral", "--json", "--dir", data.toString()));
        command.addAll(List.of("--ready-file", readyFile.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (!Files.exists(readyFile)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                throw new ApiException(
                        ErrorCode.INTERNAL,
                        "the array did not get ready",
                        Files.readString(log).strip(),
                        "mend what the array says, then run the demo again");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return new ChildArray(process, Json.mapper().readTree(Files.readAllBytes(readyFile)));
    }

    ApiClient client() {
        return client;
    }

    Volumes.View create(String name, long bytes) {
        return client.post(
                "/api/v1/volumes", new Volumes.Create(name, bytes, null, null, null, null), Volumes.View.class);
    }

    Volumes.View show(String name) {
        return client.get("/api/v1/volumes/" + name, Volumes.View.class);
    }

    /** A session with the array, digests on. */
    IscsiSession login(String iqn) throws IOException {
        int colon = portal.lastIndexOf(':');
        InetSocketAddress address =
                new InetSocketAddress(portal.substring(0, colon), Integer.parseInt(portal.substring(colon + 1)));
        return IscsiSession.open(
                SessionOptions.to(address, INITIATOR).withTarget(iqn).withDigests());
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; the exit status. */
    int stop() {
        process.destroy();
        awaitEnd();
        return process.exitValue();
    }

    private void awaitEnd() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        while (process.isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ApiException(
                        ErrorCode.TIMEOUT,
                        "the array did not end within " + END_SECONDS + " s",
                        "process " + process.pid() + " hangs",
                        "end it by hand and look at its log");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
