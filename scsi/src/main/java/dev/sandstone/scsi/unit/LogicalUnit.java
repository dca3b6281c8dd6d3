package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.reservation.Reservation;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block device: a volume with what SCSI keeps beside it. Its state is touched on the volume's loop only, whichever nexus a
 * command came by; the methods that say so may be called from any thread.
 */
public final class LogicalUnit {
    private static final SenseData READ_ONLY = SenseData.of(SenseKey.DATA_PROTECT, AdditionalSense.WRITE_PROTECTED);
    private static final SenseData SOFTWARE_PROTECTED =
            SenseData.of(SenseKey.DATA_PROTECT, AdditionalSense.LOGICAL_UNIT_SOFTWARE_WRITE_PROTECTED);

    private final Volume volume;
    private final UnitAttributes attributes;
    private final ModePages modePages;
    private final Medium medium = new Medium();
    private final Reservation<ItlNexus> reservation = new Reservation<>();
    private final PersistentReservations persistent;
    private final List<ItlNexus> nexuses = new ArrayList<>();
    private boolean readOnly;

    public LogicalUnit(Volume volume, UnitAttributes attributes, boolean readOnly) {
        this.volume = volume;
        this.attributes = attributes;
        this.readOnly = readOnly;
        this.modePages = new ModePages(volume);
        this.persistent = new PersistentReservations(volume, this::tell);
    }

    public Volume volume() {
        return volume;
    }

    public UnitAttributes attributes() {
        return attributes;
    }

    public ModePages modePages() {
        return modePages;
    }

    public Medium medium() {
        return medium;
    }

    public Reservation<ItlNexus> reservation() {
        return reservation;
    }

    public PersistentReservations persistent() {
        return persistent;
    }

    /** The ports of that initiator that have a nexus to the unit now. */
    public List<String> initiatorPortsOf(String initiator) {
        return nexuses.stream()
                .map(ItlNexus::initiatorPort)
                .filter(port -> port.startsWith(initiator + ",i,"))
                .distinct()
                .toList();
    }

    private void tell(PortId port, UnitAttention attention) {
        for (ItlNexus nexus : nexuses) {
            if (nexus.port().equals(port)) {
                nexus.establish(attention);
            }
        }
    }

    /** Why a write by that nexus is refused now; null when it is not. */
    public @Nullable SenseData writeProtection(ItlNexus nexus) {
        if (readOnly || nexus.readOnly()) {
            return READ_ONLY;
        }
        return modePages.softwareWriteProtect() ? SOFTWARE_PROTECTED : null;
    }

    /** Establishes a unit attention for every nexus but one. */
    public void attention(UnitAttention attention, @Nullable ItlNexus except) {
        for (ItlNexus nexus : nexuses) {
            if (!nexus.equals(except)) {
                nexus.establish(attention);
            }
        }
    }

    /** Tells every nexus that the volume has another size. Any thread may call, after the volume was resized. */
    public void capacityChanged() {
        volume.loop().run(() -> attention(UnitAttention.CAPACITY_CHANGED, null));
    }

    /** Tells every nexus that the caching page has changed. Any thread may call, after the write policy was set. */
    public void writePolicyChanged() {
        volume.loop().run(() -> attention(UnitAttention.MODE_CHANGED, null));
    }

    /** Makes the unit read-only, or writable again, for all. Any thread may call. */
    public void readOnly(boolean value) {
        volume.loop().run(() -> {
            if (readOnly != value) {
                readOnly = value;
                attention(UnitAttention.MODE_CHANGED, null);
            }
        });
    }

    /**
     * Makes sure that the unit knows the nexus, before a command of it.
     *
     * @return false when the nexus has left already: it may not see the unit any more
     */
    public boolean admit(ItlNexus nexus) {
        if (nexus.presence() == ItlNexus.Presence.COMING) {
            nexus.presence(ItlNexus.Presence.PRESENT);
            nexuses.add(nexus);
        }
        return nexus.presence() == ItlNexus.Presence.PRESENT;
    }

    /** A nexus is lost, or may not see the unit any more: what it held is given back. */
    public void leave(ItlNexus nexus) {
        nexus.presence(ItlNexus.Presence.GONE);
        nexuses.remove(nexus);
        medium.allow(nexus);
        reservation.release(nexus);
    }

    /** The logical unit reset condition (SAM-5 6.3.3), but for the tasks. */
    public void reset(UnitAttention cause) {
        modePages.reset();
        medium.reset();
        reservation.clear();
        attention(cause, null);
    }
}
