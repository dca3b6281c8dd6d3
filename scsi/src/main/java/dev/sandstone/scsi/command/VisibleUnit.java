package dev.sandstone.scsi.command;

import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;

/**
 * A logical unit that a nexus may see. What unit and nexus keep is confined to the unit's loop, which may be another one than
 * that of the command.
 *
 * @param nexus as that unit knows it
 */
public record VisibleUnit(int lun, LogicalUnit unit, ItlNexus nexus) {}
