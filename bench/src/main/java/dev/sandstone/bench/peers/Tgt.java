package dev.sandstone.bench.peers;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's tgt with its rdwr store on a file of the same file system; needs root. */
final class Tgt implements Target {
    private static final String IQN = "iqn.2026-11.dev.sandstone.bench:tgt";

    private final Process process;
    private final String control;
    private final int port;
    private final boolean tuned;

    Tgt(Path scratch, long bytes, boolean tuned) throws IOException {
        this.tuned = tuned;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        control = String.valueOf(port % 10_000 + 100);
        Path disk = scratch.resolve(name() + ".img");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(bytes);
        }
        process = new ProcessBuilder("tgtd", "-f", "-C", control, "--iscsi", "portal=127.0.0.1:" + port)
                .redirectOutput(new File("/dev/null"))
                .redirectError(scratch.resolve(name() + ".log").toFile())
                .start();
        Commands.pause(1000);
        admin("--op", "new", "--mode", "target", "--tid", "1", "-T", IQN);
        admin("--op", "new", "--mode", "logicalunit", "--tid", "1", "--lun", "1", "-b", disk.toString());
        admin("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL");
        if (tuned) {
            tune("MaxRecvDataSegmentLength", "262144");
            tune("MaxXmitDataSegmentLength", "262144");
            tune("InitialR2T", "No");
            tune("FirstBurstLength", "262144");
            tune("MaxBurstLength", "1048576");
        }
    }

    private void tune(String key, String value) throws IOException {
        admin("--op", "update", "--mode", "target", "--tid", "1", "--name", key, "--value", value);
    }

    private void admin(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("tgtadm", "-C", control, "--lld", "iscsi"));
        command.addAll(List.of(words));
        Commands.output(command);
    }

    @Override
    public String name() {
        return tuned ? "tgt tuned" : "tgt";
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String url(Workload workload) {
        return "iscsi://127.0.0.1:" + port + "/" + IQN + "/1";
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Commands.await(process);
    }
}
