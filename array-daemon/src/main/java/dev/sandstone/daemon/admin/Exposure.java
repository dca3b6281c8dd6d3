package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The side of the array that initiators see, as the use cases need it. Any thread may call. */
public interface Exposure {

    /** The target's name. */
    String iqn();

    /** Bound portals, {@code host:port}, a wildcard address replaced by one that a client can use. */
    List<String> portals();

    /** The identifiers that initiators see of this volume. */
    Identity identity(VolumeEntry volume);

    /** The catalog changed: LUN maps and units follow, initiators are told. */
    void catalogChanged();

    /** The volume has another size: initiators are told. */
    void resized(VolumeEntry volume);

    /** The volume has another write policy: initiators are told. */
    void writePolicyChanged(VolumeEntry volume);

    /** The volume went back to another moment: initiators are told to read it again. */
    void contentReplaced(VolumeEntry volume);

    /**
     * Keeps initiators from formatting and sanitizing the volume, whose content is about to be replaced.
     *
     * @return what ends it; empty, and nothing is kept, when one does so now
     */
    Optional<Hold> holdFromErasing(VolumeEntry volume);

    /** Something that is kept from happening. */
    @FunctionalInterface
    interface Hold {
        /** It may happen again; to be called once. */
        void release();
    }

    /** Who has reserved the volume; empty when it is not served. */
    Optional<Reserved> reservations(VolumeEntry volume);

    /** Takes all that away and tells every initiator; ends when that is on disk. */
    CompletionStage<Boolean> clearReservations(VolumeEntry volume);

    /**
     * What initiators have reserved.
     *
     * @param type of the persistent reservation, in lower case with dashes; empty without one
     * @param registrations in order of registration
     * @param unreadable whether what was kept cannot be read, so that nobody is let in
     * @param whole whether a nexus holds the unit by RESERVE
     */
    record Reserved(
            Optional<String> type,
            long generation,
            List<Registration> registrations,
            boolean unreadable,
            boolean whole) {}

    /**
     * @param initiator name of the initiator port
     * @param portal number of the portal
     * @param holds whether it holds the reservation
     */
    record Registration(String initiator, int portal, long key, boolean holds) {}

    /** Whether the portal is the better path, for each volume; of an array without volumes, for the next one. */
    List<Boolean> access(int portal);

    /** Makes the portal a better path or a worse one for all volumes, those to come too: initiators are told. */
    void access(int portal, boolean optimized);

    /** Where new sessions of the portal are sent instead. */
    Optional<Route> redirect(int portal);

    void redirect(int portal, Optional<Route> route);

    /**
     * @param address {@code host:port}
     * @param permanent whether initiators may remember it
     */
    record Route(String address, boolean permanent) {}

    /** Initiators with a session that see this volume now, each once. */
    List<String> viewers(VolumeEntry volume);

    /** Sessions at this moment. */
    List<Session> sessions();

    /**
     * @param naa hexadecimal
     * @param serial unit serial number
     */
    record Identity(String naa, String serial) {}

    /** A session as the transport knows it. */
    record Session(
            String initiator,
            String address,
            Optional<String> target,
            String isid,
            int tsih,
            boolean headerDigest,
            boolean dataDigest,
            long commands) {}
}
