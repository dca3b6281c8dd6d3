package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Three nexuses, two units and everything at once: commands of all attributes, late data, slow and failing engine, every task
 * management function, lost nexuses, changing LUN maps. Each task ends once, each function is answered once and only when the
 * tasks it names have ended, and nobody writes into a buffer after the end.
 */
class TaskStormTest {
    private static final String[] CDBS = {
        DeviceBench.TEST_UNIT_READY,
        DeviceBench.INQUIRY,
        DeviceBench.REQUEST_SENSE,
        DeviceBench.REPORT_LUNS,
        DeviceBench.RESERVE,
        DeviceBench.RELEASE,
        DeviceBench.read10(0, 8),
        DeviceBench.read10(5, 3),
        DeviceBench.write10(0, 8),
        DeviceBench.write10(7, 1),
        "2F 02 00000000 00 0008 00", // VERIFY(10), BYTCHK 1
        "2E 02 00000000 00 0008 00", // WRITE AND VERIFY(10)
        "41 00 00000000 00 0040 00", // WRITE SAME(10)
        "89 00 0000000000000000 000000 04 00 00", // COMPARE AND WRITE
        "35 00 00000000 00 0000 00", // SYNCHRONIZE CACHE(10)
        "15 10 00 00 10", // MODE SELECT(6)
        "1E 00 00 00 01", // PREVENT
        "1B 00 00 00 02", // eject
        "1B 00 00 00 03", // load
        "FF"
    };
    private static final int DATA = 4096;

    private final DeviceBench bench = new DeviceBench();
    private final List<DeviceServer> servers = List.of(bench.server(), bench.server());
    private final List<Nexus> nexuses = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<Managed> functions = new ArrayList<>();
    private Random random = new Random(0);

    /** A function with the tasks that must end before its answer. */
    private record Managed(List<TaskFunctionResult> results, List<Sent> concerned) {}

    @RepeatedTest(60)
    void everythingEndsOnce(RepetitionInfo repetition) {
        long seed = 0xA51C0L + repetition.getCurrentRepetition();
        System.out.println("seed " + seed);
        random = new Random(seed);
        servers.forEach(server -> DeviceBench.volume(server).hold());
        mapAll();
        for (int i = 0; i < 3; i++) {
            nexuses.add(bench.open("host" + i));
        }
        for (int step = 0; step < 1500; step++) {
            step();
        }
        drain();
        assertThat(sent).allSatisfy(task -> {
            assertThat(task.port().ended()).isTrue();
            task.port().assertUntouchedSinceEnd();
        });
        assertThat(functions)
                .allSatisfy(function -> assertThat(function.results).hasSize(1));
        assertThat(sent.stream().filter(task -> task.port().outcome().equals("GOOD")))
                .as("some commands did their work")
                .hasSizeGreaterThan(20);
        servers.forEach(server -> DeviceBench.volume(server).heal());
        // Nothing is left over that a later command would trip on.
        Nexus last = bench.open("host0");
        DeviceBench.manage(last, TaskFunction.TARGET_COLD_RESET, 0, 0);
        bench.send(last, 0, "1B 00 00 00 03");
        bench.send(last, 0, "1B 00 00 00 03").assertGood();
        bench.start(last, 0, TaskAttribute.ORDERED, DeviceBench.read10(0, 1))
                .port()
                .assertGood();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 50) {
            submit();
        } else if (dice < 70) {
            release();
        } else if (dice < 85) {
            deliver();
        } else if (dice < 93) {
            manage();
        } else if (dice < 95) {
            reconnect();
        } else if (dice < 97) {
            mapAll();
        } else {
            List<EngineStatus> all = List.of(EngineStatus.values());
            volume().failNext(all.get(random.nextInt(all.size())), 3);
        }
        check();
    }

    private void submit() {
        List<TaskAttribute> attributes = List.of(TaskAttribute.values());
        TaskAttribute attribute =
                random.nextBoolean() ? TaskAttribute.SIMPLE : attributes.get(random.nextInt(attributes.size()));
        byte[] data = random.nextInt(3) == 0 ? new byte[0] : new byte[DATA];
        sent.add(bench.start(nexus(), random.nextInt(3), attribute, CDBS[random.nextInt(CDBS.length)], data));
    }

    private void release() {
        HeapVolume volume = volume();
        if (volume.held() > 0) {
            volume.release(random.nextInt(volume.held()));
        }
    }

    private void deliver() {
        List<Sent> waiting =
                sent.stream().filter(task -> task.port().wantsData()).toList();
        if (waiting.isEmpty()) {
            return;
        }
        Sent task = waiting.get(random.nextInt(waiting.size()));
        if (random.nextInt(5) == 0) {
            task.task().dataOutFailed(0x0B, 0x47, 0x05);
        } else {
            task.port().deliver(task.task());
        }
    }

    private void manage() {
        List<TaskFunction> all = List.of(TaskFunction.values());
        TaskFunction function = all.get(random.nextInt(all.size()));
        Nexus nexus = nexus();
        int lun = random.nextInt(3);
        Sent target = sent.isEmpty() ? null : sent.get(sent.size() - 1 - random.nextInt(Math.min(20, sent.size())));
        List<TaskFunctionResult> results = DeviceBench.manage(nexus, function, lun, target == null ? 0 : target.tag());
        boolean whole = function == TaskFunction.TARGET_WARM_RESET || function == TaskFunction.TARGET_COLD_RESET;
        List<Sent> concerned = whole && results.isEmpty()
                ? List.of()
                : target == null || function != TaskFunction.ABORT_TASK ? List.of() : List.of(target);
        functions.add(new Managed(results, concerned));
    }

    private void reconnect() {
        int at = random.nextInt(nexuses.size());
        List<String> closed = new ArrayList<>();
        nexuses.get(at).close(NexusLoss.CONNECTION_LOST, () -> closed.add("closed"));
        nexuses.set(at, bench.open("host" + at));
        if (volumesIdle()) {
            assertThat(closed).containsExactly("closed");
        }
    }

    private void mapAll() {
        for (int host = 0; host < 3; host++) {
            List<LunEntry> entries = new ArrayList<>();
            for (int lun = 0; lun < 2; lun++) {
                if (lun == 0 || random.nextInt(4) > 0) {
                    entries.add(new LunEntry(lun, servers.get(lun), lun == 1 && random.nextInt(4) == 0));
                }
            }
            bench.map("host" + host, entries.toArray(LunEntry[]::new));
        }
    }

    private void check() {
        for (Managed function : functions) {
            assertThat(function.results.size()).isLessThanOrEqualTo(1);
            for (Sent task : function.concerned) {
                boolean answered = function.results.contains(TaskFunctionResult.COMPLETE);
                assertThat(!answered || task.port().ended()).isTrue();
            }
        }
    }

    private void drain() {
        boolean more = true;
        while (more) {
            servers.forEach(server -> DeviceBench.volume(server).releaseAll());
            List<Sent> waiting =
                    sent.stream().filter(task -> task.port().wantsData()).toList();
            waiting.forEach(task -> {
                if (task.port().wantsData()) {
                    task.port().deliver(task.task());
                }
            });
            more = !waiting.isEmpty();
        }
    }

    private boolean volumesIdle() {
        return servers.stream().allMatch(server -> DeviceBench.volume(server).held() == 0);
    }

    private HeapVolume volume() {
        return DeviceBench.volume(servers.get(random.nextInt(servers.size())));
    }

    private Nexus nexus() {
        return nexuses.get(random.nextInt(nexuses.size()));
    }
}
