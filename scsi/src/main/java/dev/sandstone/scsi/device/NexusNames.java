package dev.sandstone.scsi.device;

import dev.sandstone.scsi.reservation.PortId;

/** The names of the two ports that a nexus joins, and of their devices. */
record NexusNames(PortId port, String initiatorName, String targetName) {}
