package dev.sandstone.scsi.device;

import dev.sandstone.scsi.unit.ItlNexus;

/** One LUN of a nexus: the unit's server, and what the unit keeps for the nexus. */
record LunLink(LunEntry entry, ItlNexus itl) {
    int lun() {
        return entry.lun();
    }

    DeviceServer server() {
        return entry.server();
    }
}
