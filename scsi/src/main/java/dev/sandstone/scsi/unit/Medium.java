package dev.sandstone.scsi.unit;

import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a unit's medium is loaded and started, and which nexuses hold it in (SBC-3 5.22, SPC-4 6.13).
 *
 * <pre>
 *   STARTED --stop--> STOPPED --eject--> EJECTED
 *      ^  <---start---   |                  |
 *      +---------------- + <----load--------+      load and start make it ready at once
 * </pre>
 */
public final class Medium {
    private static final SenseData EJECTED = SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT);
    private static final SenseData STOPPED =
            SenseData.of(SenseKey.NOT_READY, AdditionalSense.LOGICAL_UNIT_NOT_READY_INITIALIZING_COMMAND_REQUIRED);

    private final Set<ItlNexus> prevents = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean loaded = true;
    private boolean started = true;

    /** Why commands that need the medium fail now; null when they need not. */
    public @Nullable SenseData notReady() {
        if (!loaded) {
            return EJECTED;
        }
        return started ? null : STOPPED;
    }

    public boolean loaded() {
        return loaded;
    }

    /** Loads (if ejected) and starts. Returns whether a medium was loaded by it. */
    public boolean start() {
        boolean load = !loaded;
        loaded = true;
        started = true;
        return load;
    }

    public void stop() {
        started = false;
    }

    /** Takes the medium out; only when nothing {@link #prevented} it. */
    public void eject() {
        loaded = false;
        started = false;
    }

    /** Whether any nexus prevents removal. */
    public boolean prevented() {
        return !prevents.isEmpty();
    }

    public void prevent(ItlNexus nexus) {
        prevents.add(nexus);
    }

    /** Also when the nexus is lost. */
    public void allow(ItlNexus nexus) {
        prevents.remove(nexus);
    }

    /** A reset lifts every prevention; whether the medium is in stays as it is. */
    void reset() {
        prevents.clear();
    }
}
