package dev.sandstone.scsi.unit;

import dev.sandstone.scsi.access.TargetPorts;

/**
 * How a nexus comes to the target device.
 *
 * @param targetName name of the target device (iSCSI: its node name)
 * @param port RELATIVE TARGET PORT IDENTIFIER of the port it came by
 * @param ports all target ports of the device
 */
public record Route(String targetName, int port, TargetPorts ports) {}
