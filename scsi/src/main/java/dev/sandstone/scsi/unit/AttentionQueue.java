package dev.sandstone.scsi.unit;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The unit attention conditions pending for one I_T_L nexus: each at most once, reported by precedence. A reset condition
 * replaces pending reset conditions of lower precedence and is covered by one of higher precedence, because each of them
 * says no more than that state was lost (SAM-5 5.14).
 */
final class AttentionQueue {
    private final Set<UnitAttention> pending = EnumSet.noneOf(UnitAttention.class);

    void establish(UnitAttention attention) {
        if (attention.isReset()) {
            UnitAttention first = first();
            if (first != null && first.compareTo(attention) < 0) {
                return;
            }
            pending.removeIf(UnitAttention::isReset);
        }
        pending.add(attention);
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** The one to be reported next; null when none is pending. */
    @Nullable
    UnitAttention first() {
        return pending.isEmpty() ? null : pending.iterator().next();
    }

    void clear(UnitAttention attention) {
        pending.remove(attention);
    }
}
