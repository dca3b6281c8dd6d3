package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections that end in the middle of everything, with the device on the session's loop and on a loop of its own. {@link
 * TestServer#close} proves that nothing leaks; the read-back proves that no buffer carries another session's bytes.
 */
class TeardownTest {
    private static final byte[] NO_DATA = {};
    private static final String[] KEYS = {
        "InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=4096", "MaxBurstLength=8192", "MaxOutstandingR2T=4"
    };

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void abruptEndsLeakNothing(boolean ownLoop) throws IOException {
        long seed = 4711;
        Random random = new Random(seed);
        ExecutorService loop = ownLoop ? loop() : null;
        try (TestServer target = new TestServer(new FakeDevice(TestServer.SIZE, loop), options -> options)) {
            for (int round = 0; round < 150; round++) {
                try (RawClient client = target.session(KEYS)) {
                    abuse(client, random);
                } catch (SocketException e) {
                    throw new AssertionError("seed " + seed + " round " + round, e);
                }
            }
            verifyPattern(target, random);
            assertThat(target.server.stop(java.time.Duration.ofSeconds(5))).isTrue();
            assertThat(target.device.open()).isEmpty();
        } finally {
            if (loop != null) {
                loop.shutdown();
            }
        }
    }

    private static ExecutorService loop() {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("unit-loop").factory());
    }

    /** Some commands, whole or in part, then the end without a word. */
    private static void abuse(RawClient client, Random random) throws IOException {
        int commands = random.nextInt(12);
        for (int i = 0; i < commands; i++) {
            int bytes = 1 + random.nextInt(40_000);
            switch (random.nextInt(6)) {
                case 0 -> client.send(client.command(FakeDevice.READ, bytes, 0), NO_DATA);
                case 1 -> client.send(client.command(FakeDevice.READ_AND_HOLD, bytes, 0), NO_DATA);
                case 2 -> client.send(client.command(FakeDevice.WRITE, bytes, 0), new byte[Math.min(bytes, 4096)]);
                case 3 -> openWrite(client, bytes);
                case 4 -> {
                    ScsiCommand early = client.command(FakeDevice.WRITE, 512, 0);
                    early.cmdSn(early.cmdSn() + 5);
                    client.send(early, new byte[512]);
                    client.cmdSn--;
                }
                default -> reset(client);
            }
        }
        if (random.nextBoolean()) {
            byte[] cut = client.bytes(client.command(FakeDevice.WRITE, 4096, 0), new byte[4096]);
            client.write(Arrays.copyOf(cut, random.nextInt(cut.length)));
        }
    }

    private static void openWrite(RawClient client, int bytes) throws IOException {
        ScsiCommand write = client.command(FakeDevice.WRITE, bytes, 0);
        write.isFinal(false);
        client.send(write, NO_DATA);
    }

    private static void reset(RawClient client) throws IOException {
        TaskManagementRequest reset = new TaskManagementRequest();
        reset.immediate(true);
        reset.function(5);
        reset.isFinal(true);
        reset.initiatorTaskTag(client.nextTag++);
        reset.referencedTaskTag(Bhs.RESERVED_TAG);
        reset.cmdSn(client.cmdSn);
        client.send(reset, NO_DATA);
    }

    private static void verifyPattern(TestServer target, Random random) throws IOException {
        try (RawClient client = target.session(KEYS)) {
            byte[] data = new byte[30_000];
            random.nextBytes(data);
            ScsiCommand write = client.command(FakeDevice.WRITE, data.length, 100);
            client.send(write, NO_DATA);
            int answered = 0;
            while (answered < data.length) {
                R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
                int from = r2t.bufferOffset();
                int to = from + r2t.desiredDataTransferLength();
                client.send(
                        client.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 0, from),
                        Arrays.copyOfRange(data, from, to));
                answered = to;
            }
            client.read(Opcode.SCSI_RESPONSE);
            client.send(client.command(FakeDevice.READ, data.length, 100), NO_DATA);
            byte[] back = new byte[data.length];
            int at = 0;
            while (at < back.length) {
                byte[] part = client.read(Opcode.DATA_IN).data();
                System.arraycopy(part, 0, back, at, part.length);
                at += part.length;
            }
            assertThat(back).isEqualTo(data);
        }
    }

    /** A reader that stops must not make memory grow: the target stops taking commands. */
    @Test
    void whoComesBackAtOnceDoesNotMeetTheOldNexus() throws IOException {
        try (TestServer target = new TestServer()) {
            for (int i = 0; i < 200; i++) {
                RawClient client = target.connect();
                client.isid = i;
                assertThat(client.login(TestServer.TARGET).status()).isZero();
                assertThat(target.device.open()).as("login %d", i).hasSize(1);
                client.close();
            }
        }
    }

    @Test
    void aReaderThatStopsIsNotServedForEver() throws IOException {
        try (TestServer target = new TestServer();
                RawClient client = target.session("MaxRecvDataSegmentLength=65536")) {
            int sent = 0;
            int chunk = 1 << 20;
            // Each command is a megabyte of answer: far more than the water mark and the socket's buffers hold
            // together.
            for (int i = 0; i < 60; i++) {
                client.send(client.command(FakeDevice.READ, chunk, i), NO_DATA);
                sent++;
            }
            for (int i = 0; i < sent; i++) {
                int bytes = 0;
                while (bytes < chunk) {
                    bytes += client.read(Opcode.DATA_IN).data().length;
                }
            }
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
        }
    }
}
