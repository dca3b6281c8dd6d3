package dev.sandstone.daemon.target;

import dev.sandstone.copy.command.CopyOffload;
import dev.sandstone.copy.token.PointInTimes;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.device.StandardCommands;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.SpaceSource;
import dev.sandstone.scsi.unit.UnitAttributes;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes logical units of volumes: all with the same commands, each knowing what its volume and the pool occupy. */
public final class Units {
    private final UnitVolumes volumes;
    private final Pool pool;
    private final CommandTable table;

    /**
     * @param volumes what is behind each unit
     * @param pool asked for what is in use
     * @param times keeps what tokens of copy offload name
     */
    public Units(UnitVolumes volumes, Pool pool, PointInTimes times) {
        this.volumes = volumes;
        this.pool = pool;
        this.table = StandardCommands.table(CopyOffload.commands(times));
    }

    CommandTable table() {
        return table;
    }

    /** A new unit; empty when nothing is behind it. */
    Optional<DeviceServer> serve(VolumeEntry entry) {
        return volumes.of(entry).map(volume -> serve(entry, volume));
    }

    private DeviceServer serve(VolumeEntry entry, Volume volume) {
        UnitAttributes attributes = UnitAttributes.of(entry.uuid(), entry.physicalBlock(), entry.removable());
        LogicalUnit unit = new LogicalUnit(volume, attributes, entry.readOnly());
        unit.space(answer -> space(entry.id(), answer));
        return new DeviceServer(unit, table);
    }

    /** Nothing, when the pool is closing or the volume is gone. */
    private void space(VolumeId id, Consumer<SpaceSource.Space> answer) {
        pool.usage()
                .thenCombine(
                        pool.usage(id),
                        (all, own) -> new SpaceSource.Space(all.freeBytes() + all.garbageBytes(), own.mappedBytes()))
                .whenComplete((space, failed) -> answer.accept(failed == null ? space : new SpaceSource.Space(0, 0)));
    }
}
