package dev.sandstone.scsi.device;

import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import dev.sandstone.scsi.unit.InventoryNotice;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.Route;
import dev.sandstone.scsi.unit.UnitAttention;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A nexus: finds the unit a LUN leads to and goes to its loop. */
final class DeviceNexus implements Nexus, InventoryNotice {
    private final TargetDevice device;
    private final NexusNames names;
    private final CommandTable table;
    private volatile LunInventory inventory = LunInventory.NONE;
    private volatile int reported;

    DeviceNexus(TargetDevice device, NexusNames names, CommandTable table) {
        this.device = device;
        this.names = names;
        this.table = table;
    }

    NexusNames names() {
        return names;
    }

    Route route() {
        return new Route(names.targetName(), names.port().targetPort(), device.ports());
    }

    LunInventory inventory() {
        return inventory;
    }

    @Override
    public int generation() {
        return inventory.generation();
    }

    @Override
    public int reported() {
        return reported;
    }

    /** The initiator has been told that version of the inventory. */
    void reported(int generation) {
        reported = generation;
    }

    @Override
    public Task submit(TaskRequest request, TaskPort port) {
        int lun = LunAddress.decode(request.lun());
        LunLink link = inventory.find(lun);
        if (link != null) {
            return link.server().submit(this, link.itl(), request, port);
        }
        LunKind kind = lun == LunAddress.REPORT_LUNS ? LunKind.REPORT_LUNS : LunKind.ABSENT;
        return new AbsentUnitTask(this, kind, request, port).start(table);
    }

    @Override
    public void manage(TaskFunction function, long lun, long tag, Consumer<TaskFunctionResult> done) {
        if (function == TaskFunction.TARGET_WARM_RESET || function == TaskFunction.TARGET_COLD_RESET) {
            resetAll(function, done);
            return;
        }
        LunLink link = link(lun);
        if (link == null) {
            done.accept(TaskFunctionResult.INCORRECT_LUN);
            return;
        }
        link.server().run(() -> link.server().manage(link.itl(), function, tag, done));
    }

    @Override
    public void run(long lun, Runnable action) {
        LunLink link = link(lun);
        if (link == null) {
            action.run();
        } else {
            link.server().run(action);
        }
    }

    @Override
    public void close(NexusLoss reason, Runnable done) {
        List<LunLink> links;
        synchronized (device) {
            device.forget(this);
            links = inventory.links();
            inventory = LunInventory.NONE;
        }
        Gathering all = new Gathering(links.size(), done);
        for (LunLink link : links) {
            link.server().run(() -> link.server().leave(link.itl(), all));
        }
    }

    /**
     * Takes over what this initiator may see from now on. Called with the device locked.
     *
     * @param greeting what a unit new to this nexus reports first
     */
    void update(List<LunEntry> entries, UnitAttention greeting) {
        LunInventory before = inventory;
        List<LunEntry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingInt(LunEntry::lun));
        if (before.links().stream().map(LunLink::entry).toList().equals(sorted)) {
            return;
        }
        List<LunLink> links = new ArrayList<>();
        for (LunEntry entry : sorted) {
            LunLink known = before.find(entry.lun());
            links.add(
                    known != null && known.server().equals(entry.server())
                            ? kept(known, entry)
                            : opened(entry, greeting, before.generation() + 1));
        }
        // A grant that became read-only is no change of the inventory.
        boolean sameUnits = itls(before.links()).equals(itls(links));
        LunInventory after = new LunInventory(before.generation() + (sameUnits ? 0 : 1), links);
        inventory = after;
        for (LunLink link : before.links()) {
            LunLink now = after.find(link.lun());
            if (now == null || !now.itl().equals(link.itl())) {
                link.server().run(() -> link.server().leave(link.itl(), Gathering.NOBODY));
            }
        }
    }

    private static List<ItlNexus> itls(List<LunLink> links) {
        return links.stream().map(LunLink::itl).toList();
    }

    private static LunLink kept(LunLink known, LunEntry entry) {
        if (known.entry().readOnly() != entry.readOnly()) {
            entry.server().run(() -> {
                known.itl().readOnly(entry.readOnly());
                known.itl().establish(UnitAttention.MODE_CHANGED);
            });
        }
        return new LunLink(entry, known.itl());
    }

    private LunLink opened(LunEntry entry, UnitAttention greeting, int generation) {
        ItlNexus itl = new ItlNexus(names.port(), names.targetName(), device.ports(), this);
        itl.readOnly(entry.readOnly());
        itl.inventorySeen(generation);
        itl.establish(greeting);
        return new LunLink(entry, itl);
    }

    /** Resets what this nexus may see and no more: units of other initiators are none of its business. */
    private void resetAll(TaskFunction function, Consumer<TaskFunctionResult> done) {
        UnitAttention cause =
                function == TaskFunction.TARGET_COLD_RESET ? UnitAttention.POWER_ON : UnitAttention.TARGET_RESET;
        List<LunLink> links = inventory.links();
        Gathering all = new Gathering(links.size(), () -> done.accept(TaskFunctionResult.COMPLETE));
        for (LunLink link : links) {
            link.server().run(() -> link.server().reset(link.itl(), cause, all));
        }
    }

    private @Nullable LunLink link(long lun) {
        return inventory.find(LunAddress.decode(lun));
    }
}
