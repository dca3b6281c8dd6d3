package dev.sandstone.scsi.unit;

import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a unit's medium is in, and which nexuses hold it there (SBC-3 5.22, SPC-4 6.13). There is nothing to spin down: a
 * stop that ejects nothing leaves the medium ready.
 */
public final class Medium {
    private final Set<ItlNexus> prevents = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean loaded = true;

    /** Why commands that need the medium fail now; null when they need not. */
    public @Nullable SenseData notReady() {
        return loaded ? null : SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT);
    }

    public boolean loaded() {
        return loaded;
    }

    /** Puts the medium in. */
    public void load() {
        loaded = true;
    }

    /** Takes the medium out; only when nothing {@link #prevented} it. */
    public void eject() {
        loaded = false;
    }

    /** Whether any nexus prevents removal. */
    public boolean prevented() {
        return !prevents.isEmpty();
    }

    public void prevent(ItlNexus nexus) {
        prevents.add(nexus);
    }

    /** Lifts that nexus's prevention, if any. */
    public void allow(ItlNexus nexus) {
        prevents.remove(nexus);
    }

    /** A reset lifts every prevention; whether the medium is in stays as it is. */
    void reset() {
        prevents.clear();
    }
}
