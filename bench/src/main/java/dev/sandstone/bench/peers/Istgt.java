package dev.sandstone.bench.peers;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** Debian's istgt on a file of the same file system, with its own defaults for lengths. It ignores FUA: no durable rows. */
final class Istgt implements Target {
    private static final String BASE = "iqn.2026-11.dev.sandstone.bench";

    private final Process process;
    private final int port = freePort();

    Istgt(Path scratch, long bytes) throws IOException {
        Path disk = scratch.resolve("istgt.img");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Path secrets = scratch.resolve("istgt.auth");
        Files.deleteIfExists(secrets);
        Files.createFile(secrets, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Path settings = scratch.resolve("istgt.conf");
        Files.writeString(settings, settings(scratch, secrets, disk));
        process = new ProcessBuilder("istgt", "-D", "-c", settings.toString())
                .redirectOutput(new File("/dev/null"))
                .redirectError(scratch.resolve("istgt.log").toFile())
                .start();
        Commands.pause(1000);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String settings(Path scratch, Path secrets, Path disk) throws IOException {
        return String.format(Locale.ROOT, """
                [Global]
                  NodeBase "%s"
                  PidFile %s/istgt.pid
                  AuthFile %s
                  MediaDirectory %s
                  LogFacility "local7"
                  Timeout 30
                  NopInInterval 20
                  DiscoveryAuthMethod None
                  MaxSessions 16
                  MaxConnections 4
                  MaxR2T 32
                  MaxOutstandingR2T 16
                  FirstBurstLength 262144
                  MaxBurstLength 1048576
                  MaxRecvDataSegmentLength 262144
                  InitialR2T Yes
                  ImmediateData Yes
                  DataPDUInOrder Yes
                  DataSequenceInOrder Yes
                  ErrorRecoveryLevel 0
                [UnitControl]
                  AuthMethod None
                  Portal UC1 127.0.0.1:%d
                  Netmask 127.0.0.1
                [PortalGroup1]
                  Portal DA1 127.0.0.1:%d
                [InitiatorGroup1]
                  InitiatorName "ALL"
                  Netmask 127.0.0.0/8
                [LogicalUnit1]
                  TargetName disk
                  Mapping PortalGroup1 InitiatorGroup1
                  AuthMethod None
                  UseDigest Auto
                  UnitType Disk
                  QueueDepth 64
                  LUN0 Storage %s Auto
                """, BASE, scratch, secrets, scratch, freePort(), port, disk);
    }

    @Override
    public String name() {
        return "istgt";
    }

    @Override
    public boolean serves(Workload workload) {
        return !workload.durable();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String url(Workload workload) {
        return "iscsi://127.0.0.1:" + port + "/" + BASE + ":disk/0";
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Commands.await(process);
    }
}
