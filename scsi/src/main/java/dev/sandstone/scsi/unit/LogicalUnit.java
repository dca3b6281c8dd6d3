package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.access.AccessState;
import dev.sandstone.scsi.access.GroupStates;
import dev.sandstone.scsi.reservation.PersistentActions;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.reservation.Reservation;
import dev.sandstone.scsi.reservation.ReservationAccess;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A block device: a volume with what SCSI keeps beside it. Its state is touched on the volume's loop only, whichever nexus a
 * command came by; the methods that say so may be called from any thread.
 */
public final class LogicalUnit {
    private static final SenseData READ_ONLY = SenseData.of(SenseKey.DATA_PROTECT, AdditionalSense.WRITE_PROTECTED);
    private static final SenseData SOFTWARE_PROTECTED =
            SenseData.of(SenseKey.DATA_PROTECT, AdditionalSense.LOGICAL_UNIT_SOFTWARE_WRITE_PROTECTED);

    /** Stands for RESERVATION CONFLICT, a status without sense, where a status cannot be given. */
    private static final SenseData RESERVED =
            SenseData.of(SenseKey.ABORTED_COMMAND, AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION);

    private final Volume volume;
    private final UnitAttributes attributes;
    private final ModePages modePages;
    private final Medium medium = new Medium();
    private final Reservation<ItlNexus> reservation = new Reservation<>();
    private final PersistentReservations persistent;
    private final GroupStates access = new GroupStates();
    private final UnitMemory memory;
    private final EraseJob erasing;
    private final UnitStatistics statistics = new UnitStatistics();
    private volatile SpaceSource space = SpaceSource.UNKNOWN;
    private final List<ItlNexus> nexuses = new ArrayList<>();
    private final List<UnitListener> listeners = new ArrayList<>();
    private boolean readOnly;
    private boolean askingSpace;

    public LogicalUnit(Volume volume, UnitAttributes attributes, boolean readOnly) {
        this.volume = volume;
        this.attributes = attributes;
        this.readOnly = readOnly;
        this.modePages = new ModePages(volume);
        this.persistent = new PersistentReservations(volume, this::tell);
        this.memory = new UnitMemory(volume);
        this.erasing = new EraseJob(volume, memory);
        volume.loop().run(() -> {
            modePages.restore(memory.facts().modePages());
            erasing.resume();
        });
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

    /** What it remembers through restarts. */
    public UnitMemory memory() {
        return memory;
    }

    /** FORMAT UNIT or SANITIZE under way. */
    public EraseJob erasing() {
        return erasing;
    }

    public UnitStatistics statistics() {
        return statistics;
    }

    /** Who knows what its volume and pool occupy. Safe from any thread, as is the setter. */
    public SpaceSource space() {
        return space;
    }

    public void space(SpaceSource source) {
        space = source;
    }

    /**
     * Asks what volume and pool occupy, where an initiator has set a threshold: that may mean to read the map. Any thread may
     * call; while an answer is awaited nothing happens.
     */
    public void compareSpace() {
        volume.loop().run(() -> {
            if (!askingSpace && modePages.anyThreshold()) {
                askingSpace = true;
                space.ask(now -> volume.loop().run(() -> {
                    askingSpace = false;
                    spaceChanged(now);
                }));
            }
        });
    }

    /** Tells every nexus when a soft threshold was reached. Any thread may call, whenever the figures have changed. */
    public void spaceChanged(SpaceSource.Space now) {
        volume.loop().run(() -> {
            if (modePages.thresholdReached(now)) {
                attention(UnitAttention.THRESHOLD_REACHED, null);
            }
        });
    }

    /** Tells every nexus that the pool runs low, unless LBPERE is zero. Any thread may call. */
    public void poolRunsLow() {
        volume.loop().run(() -> {
            if (modePages.reportsThresholds()) {
                attention(UnitAttention.THRESHOLD_REACHED, null);
            }
        });
    }

    /** The access states of the target port groups. */
    public GroupStates access() {
        return access;
    }

    /**
     * Changes the access states of target port groups and tells the nexuses.
     *
     * @param by whose command asked for it, which is not told; null: the device itself
     */
    public void changeAccess(Map<Integer, AccessState> next, @Nullable ItlNexus by) {
        if (access.change(next, by != null)) {
            attention(UnitAttention.ACCESS_STATE_CHANGED, by);
        }
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
        if (readOnly) {
            return READ_ONLY;
        }
        SenseData granted = nexus.grantProtection();
        if (granted != null) {
            return granted;
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

    /**
     * Tells every nexus that the volume holds other data, maybe in another size, as after an exchange of the medium (SBC-3
     * 4.4.1). Any thread may call, after the volume went to another moment.
     */
    public void contentReplaced() {
        volume.loop().run(() -> {
            attention(UnitAttention.MEDIUM_CHANGED, null);
            attention(UnitAttention.CAPACITY_CHANGED, null);
        });
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

    /** Tells the listener from now on. */
    public void listen(UnitListener listener) {
        listeners.add(listener);
    }

    /** Who has to be told of resets and lost nexuses, by whoever brings them about. */
    public List<UnitListener> listeners() {
        return List.copyOf(listeners);
    }

    /** Why this nexus may not have the unit's blocks read now; null when it may. For work that goes on behind a command. */
    public @Nullable SenseData readRefusal(ItlNexus nexus) {
        if (!admit(nexus)) {
            return SenseData.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
        }
        return refusal(nexus, ReservationAccess.READS);
    }

    /** Why this nexus may not have the unit's blocks written now; null when it may. */
    public @Nullable SenseData writeRefusal(ItlNexus nexus) {
        if (!admit(nexus)) {
            return SenseData.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
        }
        SenseData refusal = refusal(nexus, ReservationAccess.WRITES);
        return refusal == null ? writeProtection(nexus) : refusal;
    }

    /** What stands in the way of commands too, in the same order. */
    private @Nullable SenseData refusal(ItlNexus nexus, ReservationAccess access) {
        if (reservation.conflicts(nexus) || persistent.state().conflicts(nexus.port(), access)) {
            return RESERVED;
        }
        SenseData erased = erasing.notReady();
        return erased == null ? medium.notReady() : erased;
    }

    /** As if these nexuses had sent PREVENT ALLOW MEDIUM REMOVAL with PREVENT zero (SPC-4 5.12.11.2.6). */
    public void allowRemoval(Predicate<ItlNexus> whose) {
        nexuses.stream().filter(whose).forEach(medium::allow);
    }

    /**
     * Takes all registrations and reservations away, also such as cannot be read, as the operator wants it. Every nexus is told
     * RESERVATIONS PREEMPTED, as those registered are by CLEAR (SPC-4 5.12.11.2.5): who was registered may not be known.
     *
     * @param done OK when that is on stable storage
     */
    public void clearReservations(Completion done) {
        boolean any = persistent.state().anyRegistered() || reservation.held();
        persistent.change(PersistentActions::takenAway, (status, detail) -> {
            if (status == EngineStatus.OK && any) {
                reservation.clear();
                attention(UnitAttention.RESERVATIONS_PREEMPTED, null);
            }
            done.done(status, detail);
        });
    }

    /** A nexus is lost, or may not see the unit any more: what it held is given back. */
    public void leave(ItlNexus nexus) {
        nexus.presence(ItlNexus.Presence.GONE);
        nexuses.remove(nexus);
        giveBack(nexus);
    }

    /** What the nexus holds against others is given back: its prevention of removal, and RESERVE. */
    public void giveBack(ItlNexus nexus) {
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

    /** Runs the action on the loop that owns this unit's state: at once when called there. */
    public void run(Runnable action) {
        volume.loop().run(action);
    }

    /** Microseconds since 1970, as the loop that owns this unit tells the time. */
    public long wallClockMicros() {
        return volume.loop().wallClockMicros();
    }
}
