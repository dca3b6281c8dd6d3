package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.session.SessionLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What a session's unfinished commands may hold: refused above the hard limit, never stuck below. */
class MemoryBudgetTest {
    private static final byte[] NO_DATA = {};
    private static final int TASK_SET_FULL = 0x28;

    /** A unit's loop that stands still until the test lets it run. */
    private static final class StoppedLoop implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        @Override
        public synchronized void execute(Runnable task) {
            if (running) {
                task.run();
            } else {
                tasks.add(task);
            }
        }

        synchronized void run() {
            running = true;
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** What one command writes, and where. */
    private record Written(byte[] data, int at) {}

    private static TestServer server(FakeDevice device, long soft, long hard) throws IOException {
        SessionLimits limits = new SessionLimits(soft, hard, Duration.ofSeconds(15), Duration.ofSeconds(1));
        return new TestServer(
                device,
                options -> new ServerOptions(
                        options.portals(), options.limits(), limits, options.offer(), options.algorithms()));
    }

    @Test
    void aboveTheHardLimitCommandsAreRefusedNotStored() throws IOException {
        StoppedLoop loop = new StoppedLoop();
        FakeDevice device = new FakeDevice(TestServer.SIZE, loop);
        try (TestServer target = server(device, 300_000, 300_000);
                RawClient client = target.session("FirstBurstLength=262144")) {
            ScsiCommand[] writes = new ScsiCommand[6];
            for (int i = 0; i < writes.length; i++) {
                writes[i] = client.command(FakeDevice.WRITE, 110_000, i * 110_000);
                client.send(writes[i], new byte[110_000]);
            }
            for (int i = 2; i < writes.length; i++) {
                ScsiResponse refused =
                        new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
                assertThat(refused.initiatorTaskTag()).isEqualTo(writes[i].initiatorTaskTag());
                assertThat(refused.status()).isEqualTo(TASK_SET_FULL);
            }
            loop.run();
            for (int i = 0; i < 2; i++) {
                assertThat(new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs()).status())
                        .isZero();
            }
            client.send(client.command(FakeDevice.WRITE, 110_000, 0), new byte[110_000]);
            assertThat(new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs()).status())
                    .as("memory was given back")
                    .isZero();
        }
    }

    @Test
    void manyWritesGetThroughATinyBudget() throws IOException {
        Random random = new Random(99);
        FakeDevice device = new FakeDevice(TestServer.SIZE, null);
        try (TestServer target = server(device, 20_000, 3 << 20);
                RawClient client = target.session("InitialR2T=Yes", "MaxBurstLength=8192", "MaxOutstandingR2T=2")) {
            int size = 60_000;
            Map<Integer, Written> writes = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                ScsiCommand write = client.command(FakeDevice.WRITE, size, i * size);
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                writes.put(write.initiatorTaskTag(), new Written(bytes, i * size));
                client.send(write, Arrays.copyOf(bytes, random.nextInt(3) * 1000));
            }
            int ended = 0;
            while (ended < 40) {
                RawClient.Answer answer = client.read();
                int tag = answer.bhs().initiatorTaskTag();
                Written written = Objects.requireNonNull(writes.get(tag));
                if (answer.opcode() == Opcode.R2T) {
                    R2t r2t = new R2t(answer.bhs());
                    int from = r2t.bufferOffset();
                    client.send(
                            client.dataOut(tag, r2t.targetTransferTag(), 0, from),
                            Arrays.copyOfRange(written.data, from, from + r2t.desiredDataTransferLength()));
                } else {
                    assertThat(new ScsiResponse(answer.bhs()).status()).isZero();
                    assertThat(Arrays.copyOfRange(device.memory(), written.at, written.at + size))
                            .isEqualTo(written.data);
                    ended++;
                }
            }
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
        }
    }
}
