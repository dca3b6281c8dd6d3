package dev.sandstone.bench.array;

import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.initiator.SessionOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** An ephemeral array with its data in a folder; it does not outlive this process. */
public final class ArrayProcess implements AutoCloseable {
    private static final int POLL_MILLIS = 50;

    private final Process process;
    private final JsonNode ready;
    private final ApiClient client;

    /**
     * Starts it and waits until it serves.
     *
     * @param root the checkout
     * @param scratch folder for its data
     * @param capacity bytes of its pool
     * @throws IOException with what it said, when it ends instead
     */
    public ArrayProcess(Path root, Path scratch, long capacity) throws IOException, InterruptedException {
        Path file = scratch.resolve("array.ready");
        Path log = scratch.resolve("array.log");
        process = new ProcessBuilder(
                        root.resolve("san").toString(),
                        "serve",
                        "--ephemeral",
                        "--dir",
                        scratch.resolve("array").toString(),
                        "--capacity",
                        String.valueOf(capacity),
                        "--ready-file",
                        file.toString(),
                        "--json")
                .redirectOutput(new File("/dev/null"))
                .redirectError(log.toFile())
                .start();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("array-end").unstarted(process::destroy));
        while (!Files.exists(file) || Files.size(file) == 0) {
            if (!process.isAlive()) {
                throw new IOException(Files.readString(log));
            }
            Thread.sleep(POLL_MILLIS);
        }
        ready = new ObjectMapper().readTree(Files.readString(file));
        client = ApiClient.of(ready.get("api").asString(), ready.get("token").asString());
    }

    public ApiClient client() {
        return client;
    }

    public long pid() {
        return ready.get("pid").asLong();
    }

    /** For a session of that initiator by the first portal. */
    public SessionOptions options(String initiator) {
        String portal = ready.get("portals").get(0).asString();
        int port = Integer.parseInt(portal.substring(portal.lastIndexOf(':') + 1));
        return SessionOptions.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), initiator);
    }

    @Override
    public void close() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
        process.onExit().join();
    }
}
