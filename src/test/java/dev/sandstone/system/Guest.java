package dev.sandstone.system;

import dev.sandstone.rules.ProjectRoot;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/**
 * A real Linux kernel in a virtual machine under software emulation, made of this machine's Debian packages, that reaches
 * the host's loopback portals under their own addresses.
 */
final class Guest implements AutoCloseable {
    private final Process qemu;
    private final Path folder;
    private int seen;

    private Guest(Process qemu, Path folder) {
        this.qemu = qemu;
        this.folder = folder;
    }

    static void require() {
        GuestImage.DISK.require();
    }

    /** Boots, and runs the scenario with these arguments; what the guest prints is followed by {@link #await}. */
    static Guest run(Path folder, Map<String, String> environment, String ports, String scenario, String... arguments)
            throws IOException {
        return run(GuestImage.DISK, folder, new Scenario(environment, ports, scenario, List.of(arguments)));
    }

    /**
     * What the guest does.
     *
     * @param ports of the host, with commas between
     * @param script of the folder {@code scenarios}; it may source others of that
     */
    record Scenario(Map<String, String> environment, String ports, String script, List<String> arguments) {}

    /** The same with an image that is made in the folder, unless it is there. */
    static Guest run(GuestImage image, Path folder, Scenario scenario) throws IOException {
        Path source = ProjectRoot.path().resolve("src/test/guest");
        Path disk = image.in(folder);
        StringBuilder run = new StringBuilder("set -u\n");
        scenario.environment()
                .forEach((key, value) -> run.append("export ")
                        .append(key)
                        .append("='")
                        .append(value)
                        .append("'\n"));
        run.append(". /payload/lib.sh\nset --");
        scenario.arguments()
                .forEach(argument -> run.append(" '").append(argument).append('\''));
        run.append("\n. /payload/scenarios/").append(scenario.script()).append("\n");
        Path payload = Files.createTempDirectory(folder, "payload");
        Files.writeString(payload.resolve("run"), run);
        Files.writeString(payload.resolve("ports"), scenario.ports());
        Path tar = payload.resolve("payload.tar");
        Tools.must(
                Duration.ofSeconds(30),
                "tar",
                "-cf",
                tar.toString(),
                "-C",
                payload.toString(),
                "run",
                "ports",
                "-C",
                source.toString(),
                "lib.sh",
                "scenarios");
        Files.createFile(payload.resolve("out"));
        Process qemu = new ProcessBuilder(command(disk, payload))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(payload.resolve("qemu.txt").toFile())
                .start();
        return new Guest(qemu, payload);
    }

    private static List<String> command(Path image, Path payload) {
        List<String> command = new ArrayList<>(List.of(
                "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max,la57=off", "-m", "768", "-smp", "1"));
        command.addAll(List.of("-nodefaults", "-no-user-config", "-nographic", "-no-reboot", "-monitor", "none"));
        command.addAll(List.of("-kernel", image + ".kernel", "-initrd", image.toString()));
        command.addAll(List.of(
                "-append",
                "console=ttyS0 quiet loglevel=4 mitigations=off nokaslr panic=-1 random.trust_cpu=on net.ifnames=0"
                        + " audit=0 nowatchdog tsc=nowatchdog"));
        command.addAll(List.of("-serial", "file:" + payload.resolve("console.txt")));
        command.addAll(List.of("-object", "rng-random,id=rng0,filename=/dev/urandom"));
        command.addAll(List.of("-device", "virtio-rng-pci,rng=rng0", "-device", "virtio-serial-pci"));
        for (String port : List.of("out", "rc")) {
            command.addAll(List.of("-chardev", "file,id=" + port + ",path=" + payload.resolve(port)));
            command.addAll(List.of("-device", "virtserialport,chardev=" + port + ",name=" + port));
        }
        command.addAll(
                List.of("-drive", "file=" + payload.resolve("payload.tar") + ",format=raw,if=virtio,readonly=on"));
        command.addAll(List.of("-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile="));
        return command;
    }

    String output() throws IOException {
        return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
    }

    /** Waits until the guest prints this after what was awaited before. */
    void await(String text, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            int at = output().indexOf(text, seen);
            if (at >= 0) {
                seen = at + text.length();
                return;
            }
            boolean silentForEver = Tools.waitFor(qemu, Duration.ofMillis(100)) && output().indexOf(text, seen) < 0;
            if (silentForEver || System.nanoTime() > deadline) {
                Assertions.fail("the guest never said \"" + text + "\":\n" + transcript());
            }
        }
    }

    /** Waits for the end of the scenario, which must succeed. */
    void succeed(Duration limit) throws IOException {
        boolean ended = Tools.waitFor(qemu, limit);
        Assertions.assertTrue(ended, () -> "the guest took longer than " + limit + ":\n" + transcript());
        Path rc = folder.resolve("rc");
        String status = Files.exists(rc) ? Files.readString(rc).strip() : "none";
        Assertions.assertEquals("0", status, this::transcript);
    }

    private String transcript() {
        try {
            Path console = folder.resolve("console.txt");
            return output() + "\n-- console\n"
                    + (Files.exists(console) ? Files.readString(console, StandardCharsets.ISO_8859_1) : "")
                    + Files.readString(folder.resolve("qemu.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        qemu.destroyForcibly();
        Tools.waitFor(qemu, Duration.ofSeconds(10));
    }
}
