package dev.sandstone.copy.command;

import dev.sandstone.copy.job.Gate;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gate of a unit that a copy writes: the nexus must be allowed to, for as long as the copy runs. What was let through is
 * waited for before the unit is formatted or sanitized: the copy may be one of another unit, where nothing else ends it.
 */
record WriteGate(LogicalUnit unit, ItlNexus nexus) implements Gate {
    @Override
    public @Nullable SenseData refusal() {
        return unit.writeRefusal(nexus);
    }

    @Override
    public void entered() {
        unit.erasing().writeBegins();
    }

    @Override
    public void left() {
        unit.erasing().writeEnds();
    }
}
