package dev.sandstone.scsi.unit;

import dev.sandstone.scsi.access.TargetPorts;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import org.jspecify.annotations.Nullable;

/** What a logical unit keeps for one I_T nexus (SAM-5: the I_T_L nexus). Touched on the unit's loop only. */
public final class ItlNexus {
    private static final SenseData READ_ONLY = SenseData.of(SenseKey.DATA_PROTECT, AdditionalSense.WRITE_PROTECTED);

    private final PortId port;
    private final String targetName;
    private final TargetPorts ports;
    private final InventoryNotice inventory;
    private final AttentionQueue attentions = new AttentionQueue();
    private Presence presence = Presence.COMING;
    private boolean readOnly;
    private int seenInventory;
    private @Nullable SenseData deferred;

    /** Begins with no unit attention pending; {@link #inventorySeen} says from which inventory on changes are news. */
    public ItlNexus(PortId port, String targetName, TargetPorts ports, InventoryNotice inventory) {
        this.port = port;
        this.targetName = targetName;
        this.ports = ports;
        this.inventory = inventory;
    }

    /** The inventory of that generation, and all before, are no news to this nexus. */
    public void inventorySeen(int generation) {
        seenInventory = generation;
    }

    /** Name of the initiator port. */
    public String initiatorPort() {
        return port.initiatorPort();
    }

    /** Name of the target device (iSCSI: its node name). */
    public String targetName() {
        return targetName;
    }

    /** RELATIVE TARGET PORT IDENTIFIER of the port the nexus came by. */
    public int relativeTargetPort() {
        return port.targetPort();
    }

    /** The names of both ports: what persistent reservations know the nexus by. */
    public PortId port() {
        return port;
    }

    /** All target ports of the device. */
    public TargetPorts ports() {
        return ports;
    }

    /** How it comes to the target device. */
    public Route route() {
        return new Route(targetName, relativeTargetPort(), ports);
    }

    /** Whether this nexus may only read, by what was granted to its initiator. */
    public boolean readOnly() {
        return readOnly;
    }

    /** Why a command that an initiator which may only read must not send is refused; null when it is not. */
    public @Nullable SenseData grantProtection() {
        return readOnly ? READ_ONLY : null;
    }

    public void readOnly(boolean value) {
        readOnly = value;
    }

    public void establish(UnitAttention attention) {
        if (attention == UnitAttention.LUNS_CHANGED) {
            throw new IllegalArgumentException("follows from the inventory's generation");
        }
        attentions.establish(attention);
    }

    /** Whether the nexus has come to the unit, or gone from it again. */
    enum Presence {
        COMING,
        PRESENT,
        GONE
    }

    Presence presence() {
        return presence;
    }

    void presence(Presence next) {
        presence = next;
    }

    /** Whether it is lost, or may not see the unit any more: no command of it is served. */
    public boolean isGone() {
        return presence == Presence.GONE;
    }

    /** Whether a unit attention or a deferred error waits. */
    public boolean hasAttention() {
        return !attentions.isEmpty() || deferred != null || lunsChanged();
    }

    /** Takes what is to be reported next: deferred errors first, then unit attentions by precedence; null when none. */
    public @Nullable SenseData takeAttention() {
        if (deferred != null) {
            SenseData sense = deferred;
            deferred = null;
            return sense;
        }
        UnitAttention first = attentions.first();
        if (lunsChanged() && (first == null || first.compareTo(UnitAttention.LUNS_CHANGED) > 0)) {
            seenInventory = inventory.generation();
            return UnitAttention.LUNS_CHANGED.sense();
        }
        if (first == null) {
            return null;
        }
        attentions.clear(first);
        return first.sense();
    }

    /** Keeps the first unreported deferred error. */
    public void defer(SenseData sense) {
        if (deferred == null) {
            deferred = sense.asDeferred();
        }
    }

    private boolean lunsChanged() {
        return inventory.generation() - Math.max(seenInventory, inventory.reported()) > 0;
    }
}
