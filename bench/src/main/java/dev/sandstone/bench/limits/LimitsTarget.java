package dev.sandstone.bench.limits;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.ChapAccount;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.server.IscsiServer;
import dev.sandstone.iscsi.server.PortalLoops;
import dev.sandstone.iscsi.server.ServerOptions;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.ScsiDevice;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The target in a process of its own, so that its memory is its own: says its port, then answers each line with its sessions,
 * connections, descriptors and bytes. One target without CHAP, one with; behind both a device that answers GOOD to all.
 */
final class LimitsTarget {
    static final String OPEN = "iqn.2026-01.dev.sandstone:open";
    static final String GUARDED = "iqn.2026-01.dev.sandstone:guarded";
    static final String SECRET = "a secret of 96 bits";

    private LimitsTarget() {}

    public static void main(String[] args) throws IOException {
        InetSocketAddress any = new InetSocketAddress("0.0.0.0", 0);
        try (PortalLoops loops = PortalLoops.open(PortalLoops.defaultThreads())) {
            IscsiServer server = IscsiServer.start(ServerOptions.standard(List.of(any)), new Directory(), loops);
            try (Socket control = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
                serve(server, control);
            }
            server.stop(Duration.ZERO);
        }
    }

    private static void serve(IscsiServer server, Socket control) throws IOException {
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        OutputStream answers = control.getOutputStream();
        say(answers, Integer.toString(server.addresses().getFirst().getPort()));
        while (questions.readLine() != null) {
            say(answers, state(server));
        }
    }

    /** Linux has a folder of them. */
    private static long descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static String state(IscsiServer server) throws IOException {
        System.gc();
        Runtime heap = Runtime.getRuntime();
        return server.sessions().size() + " " + server.connections() + " " + descriptors() + " "
                + (heap.totalMemory() - heap.freeMemory()) + " "
                + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    private static void say(OutputStream answers, String line) throws IOException {
        answers.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Directory implements TargetDirectory {
        private static final ChapAccount ACCOUNT = new ChapAccount("host", SECRET.getBytes(StandardCharsets.US_ASCII));

        @Override
        public List<String> visibleTargets(String initiatorName, InetAddress from) {
            return List.of(OPEN, GUARDED);
        }

        @Override
        public Optional<ScsiDevice> device(String targetName) {
            return Optional.of((port, name, id) -> new GoodNexus());
        }

        @Override
        public Admission admitNormal(String initiatorName, InetAddress from, String targetName) {
            Optional<ChapAccount> account = targetName.equals(GUARDED) ? Optional.of(ACCOUNT) : Optional.empty();
            return new Admission(true, account, Optional.empty());
        }

        @Override
        public Admission admitDiscovery(String initiatorName, InetAddress from) {
            return new Admission(true, Optional.empty(), Optional.empty());
        }

        @Override
        public Optional<String> alias(String targetName) {
            return Optional.empty();
        }
    }

    private static final class GoodNexus implements Nexus, Task {
        @Override
        public Task submit(TaskRequest request, TaskPort port) {
            port.finish(0, new byte[0], 0, 0);
            return this;
        }

        @Override
        public void manage(TaskFunction function, long lun, long tag, Consumer<TaskFunctionResult> done) {
            done.accept(TaskFunctionResult.COMPLETE);
        }

        @Override
        public void run(long lun, Runnable action) {
            action.run();
        }

        @Override
        public void close(NexusLoss reason, Runnable done) {
            done.run();
        }

        @Override
        public void dataOut(ByteBuffer data) {}

        @Override
        public void dataOutFailed(int senseKey, int asc, int ascq) {}
    }
}
