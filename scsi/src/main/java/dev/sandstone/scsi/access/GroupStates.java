package dev.sandstone.scsi.access;

import java.util.Map;
import java.util.TreeMap;

/**
 * The access states of the target port groups of one logical unit. A group that nobody has changed is active/optimized: a
 * single node has no better path. Confined to the unit's loop.
 */
public final class GroupStates {
    /** STATUS CODE (SPC-4 table 268): nothing has changed, changed by SET TARGET PORT GROUPS, changed by the device. */
    private static final int NO_STATUS = 0;

    private static final int BY_COMMAND = 1;
    private static final int BY_DEVICE = 2;

    private record Entry(AccessState state, int status) {}

    private static final Entry INITIAL = new Entry(AccessState.ACTIVE_OPTIMIZED, NO_STATUS);

    private final Map<Integer, Entry> groups = new TreeMap<>();

    public AccessState state(int group) {
        return groups.getOrDefault(group, INITIAL).state();
    }

    /** STATUS CODE. */
    public int status(int group) {
        return groups.getOrDefault(group, INITIAL).status();
    }

    /**
     * Changes states.
     *
     * @param next by group
     * @param explicit whether an initiator asked for it
     * @return whether any state is another one now
     */
    public boolean change(Map<Integer, AccessState> next, boolean explicit) {
        boolean changed = false;
        for (Map.Entry<Integer, AccessState> each : next.entrySet()) {
            changed |= state(each.getKey()) != each.getValue();
            groups.put(each.getKey(), new Entry(each.getValue(), explicit ? BY_COMMAND : BY_DEVICE));
        }
        return changed;
    }
}
