package dev.sandstone.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** This array, started by its launcher with its data in a folder. */
final class Sandstone implements Target {
    static final String NAME = "sandstone";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final JsonNode ready;
    private final String launcher;
    private final String writeBack;
    private final String durable;

    Sandstone(Path root, Path scratch, long bytes) throws IOException {
        launcher = root.resolve("san").toString();
        Path readyFile = scratch.resolve("sandstone.ready");
        process = new ProcessBuilder(
                        launcher,
                        "serve",
                        "--ephemeral",
                        "--dir",
                        scratch.resolve("sandstone").toString(),
                        "--ready-file",
                        readyFile.toString(),
                        "--json")
                .redirectOutput(new File("/dev/null"))
                .redirectError(scratch.resolve("sandstone.log").toFile())
                .start();
        while (!Files.exists(readyFile) || Files.size(readyFile) == 0) {
            if (!process.isAlive()) {
                throw new IOException(Files.readString(scratch.resolve("sandstone.log")));
            }
            Commands.pause(50);
        }
        ready = JSON.readTree(Files.readString(readyFile));
        durable = create("durable", bytes, "durable");
        writeBack = create("write-back", bytes, "write-back");
    }

    private String create(String volume, long bytes, String policy) throws IOException {
        client("volume", "create", volume, String.valueOf(bytes), "--write-policy", policy);
        JsonNode shown = JSON.readTree(client("volume", "show", volume, "--json"));
        return shown.get("uris").get(0).asString();
    }

    private String client(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(List.of(words));
        command.addAll(List.of(
                "--api",
                ready.get("api").asString(),
                "--token",
                ready.get("token").asString()));
        return Commands.output(command);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long pid() {
        return ready.get("pid").asLong();
    }

    @Override
    public String url(Workload workload) {
        return workload.durable() ? durable : writeBack;
    }

    @Override
    public void close() throws IOException {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
        Commands.await(process);
    }
}
