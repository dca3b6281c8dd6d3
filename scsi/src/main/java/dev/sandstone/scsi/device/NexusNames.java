package dev.sandstone.scsi.device;

/** The names of the two ports that a nexus joins, and of their devices. */
record NexusNames(String initiatorPort, String initiatorName, String targetName, int relativeTargetPort) {}
