package dev.sandstone.scsi.device;

import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.ScsiDevice;
import dev.sandstone.scsi.unit.UnitAttention;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A SCSI target device: nexuses from many threads to logical units on theirs.
 *
 * <p>Opening and closing a nexus and changing LUN maps are rare and take a lock; commands take none.
 */
public final class TargetDevice implements ScsiDevice {
    /** How many initiator ports are remembered to tell a nexus loss from a first visit. */
    private static final int KNOWN_PORTS = 1024;

    private final String name;
    private final CommandTable table;
    private final LunMap lunMap;
    private final TargetPorts ports;
    private final Set<DeviceNexus> nexuses = new LinkedHashSet<>();
    private final Map<String, Boolean> knownPorts = new KnownPorts();

    /**
     * @param name the target device's name (iSCSI: its node name), told in the device identification page
     * @param table what is served where no logical unit is
     * @param ports all its target ports
     */
    public TargetDevice(String name, CommandTable table, LunMap lunMap, TargetPorts ports) {
        this.ports = ports;
        this.name = name;
        this.table = table;
        this.lunMap = lunMap;
    }

    @Override
    public synchronized Nexus openNexus(String initiatorPort, String initiatorName, int relativeTargetPort) {
        boolean known = knownPorts.put(initiatorPort + "," + relativeTargetPort, true) != null;
        PortId port = new PortId(initiatorPort, relativeTargetPort);
        DeviceNexus nexus = new DeviceNexus(this, new NexusNames(port, initiatorName, name), table);
        nexuses.add(nexus);
        nexus.update(lunMap.lunsOf(initiatorName), known ? UnitAttention.NEXUS_LOSS : UnitAttention.POWER_ON);
        return nexus;
    }

    /**
     * Asks the LUN map again for every nexus. What is new is visible at once and REPORTED LUNS DATA HAS CHANGED is
     * raised; tasks on units that a nexus may not see any more are aborted. Any thread may call.
     */
    public synchronized void lunsChanged() {
        // A copy, for a transport that is told of an aborted task may close the nexus at once.
        for (DeviceNexus nexus : List.copyOf(nexuses)) {
            if (nexuses.contains(nexus)) {
                nexus.update(lunMap.lunsOf(nexus.names().initiatorName()), UnitAttention.POWER_ON);
            }
        }
    }

    TargetPorts ports() {
        return ports;
    }

    synchronized void forget(DeviceNexus nexus) {
        nexuses.remove(nexus);
    }

    /** The ports seen last; bounded, for their names come from outside. */
    private static final class KnownPorts extends LinkedHashMap<String, Boolean> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN_PORTS;
        }
    }
}
