package dev.sandstone.scsi.command;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.unit.InventoryNotice;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** A logical unit on a {@link HeapVolume} with two nexuses, and commands run on it one by one. */
public final class CommandBench {
    public static final int BLOCKS = 4096;

    private final HeapVolume volume;
    private final LogicalUnit unit;
    private final ItlNexus nexus = nexus("iqn.2026-11.test:one");
    private final ItlNexus other = nexus("iqn.2026-11.test:two");
    private final CommandTable table;

    public CommandBench(List<CommandRow> rows) {
        this(rows, BLOCKS, 4096, true);
    }

    public CommandBench(List<CommandRow> rows, int blocks, int physicalBlockBytes, boolean removable) {
        this.volume = new HeapVolume(new QueueLoop(), blocks);
        UnitAttributes attributes = UnitAttributes.of(volume.id().uuid(), physicalBlockBytes, removable);
        this.unit = new LogicalUnit(volume, attributes, false);
        this.table = new CommandTable(rows);
        unit.admit(nexus);
        unit.admit(other);
    }

    public HeapVolume volume() {
        return volume;
    }

    public LogicalUnit unit() {
        return unit;
    }

    /** The nexus that {@link #run} comes by. */
    public ItlNexus nexus() {
        return nexus;
    }

    public ItlNexus other() {
        return other;
    }

    /** Runs a CDB without Data-Out, in hexadecimal. */
    public Outcome run(String cdb) {
        return run(cdb, new byte[0]);
    }

    /** Runs a CDB whose initiator announced exactly that Data-Out. */
    public Outcome run(String cdb, byte[] dataOut) {
        return start(cdb, dataOut).outcome();
    }

    /** Runs a CDB on the other nexus. */
    public Outcome runOnOther(String cdb) {
        return start(new TestCommand(unit, other, table, bytes(cdb), new byte[0]))
                .outcome();
    }

    /** Starts a command that may wait for the volume. */
    public TestCommand start(String cdb, byte[] dataOut) {
        return start(new TestCommand(unit, nexus, table, bytes(cdb), dataOut));
    }

    /** Runs the CDB where there is no unit. */
    public Outcome runWithoutUnit(String cdb, LunKind kind, int... luns) {
        TestCommand command = new TestCommand(unit, nexus, table, bytes(cdb), new byte[0]);
        command.lunKind(kind, luns);
        DeviceCommandHandler handler = Objects.requireNonNull(row(command.cdb()).withoutUnit());
        command.guard(() -> handler.start(command));
        return command.outcome();
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private TestCommand start(TestCommand command) {
        CommandRow row = row(command.cdb());
        int wrong = row.firstReservedBit(command.cdb());
        command.guard(() -> {
            if (wrong >= 0) {
                throw command.cdb().invalid(wrong / 8, wrong % 8);
            }
            row.handler().start(command);
        });
        return command;
    }

    private CommandRow row(Cdb cdb) {
        return Objects.requireNonNull(table.find(cdb), "no row for the CDB");
    }

    private static ItlNexus nexus(String name) {
        InventoryNotice inventory = new InventoryNotice() {
            @Override
            public int generation() {
                return 0;
            }

            @Override
            public int reported() {
                return 0;
            }
        };
        return new ItlNexus(new PortId(name, 1), "iqn.2026-11.test:target", TargetPorts.each(2), inventory);
    }
}
