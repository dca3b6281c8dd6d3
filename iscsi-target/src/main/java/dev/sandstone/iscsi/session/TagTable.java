package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.transfer.Transfer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transfers of a connection by Initiator Task Tag: open addressing with linear probing, no boxed keys. */
final class TagTable {
    private static final int INITIAL = 16;
    private static final int FIBONACCI = 0x9e3779b9;

    private @Nullable Transfer[] slots = new @Nullable Transfer[INITIAL];
    private int count;

    @Nullable
    Transfer get(int tag) {
        return slots[find(tag)];
    }

    int size() {
        return count;
    }

    /** Adds a transfer whose tag is not in the table. */
    void put(Transfer transfer) {
        if (2 * (count + 1) > slots.length) {
            grow();
        }
        int slot = find(transfer.tag());
        if (slots[slot] != null) {
            throw new IllegalStateException("tag 0x" + Integer.toHexString(transfer.tag()) + " is in use");
        }
        slots[slot] = transfer;
        count++;
    }

    /** Takes out the transfer with that tag, if any. */
    void remove(int tag) {
        int hole = find(tag);
        if (slots[hole] == null) {
            return;
        }
        slots[hole] = null;
        count--;
        int mask = slots.length - 1;
        // Close the gap: an entry behind it moves up unless its home lies between the gap and its slot.
        for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
            Transfer moved = slots[i];
            if (moved == null) {
                return;
            }
            int home = home(moved.tag());
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                slots[hole] = moved;
                slots[i] = null;
                hole = i;
            }
        }
    }

    /** All transfers, in no order; a copy, so that the table may change meanwhile. */
    List<Transfer> all() {
        List<Transfer> all = new ArrayList<>(count);
        for (Transfer transfer : slots) {
            if (transfer != null) {
                all.add(transfer);
            }
        }
        return all;
    }

    private void grow() {
        @Nullable Transfer[] old = slots;
        slots = new @Nullable Transfer[old.length * 2];
        for (Transfer transfer : old) {
            if (transfer != null) {
                slots[find(transfer.tag())] = transfer;
            }
        }
    }

    private int find(int tag) {
        int mask = slots.length - 1;
        int slot = home(tag);
        Transfer there = slots[slot];
        while (there != null && there.tag() != tag) {
            slot = (slot + 1) & mask;
            there = slots[slot];
        }
        return slot;
    }

    private int home(int tag) {
        return (tag * FIBONACCI) >>> Integer.numberOfLeadingZeros(slots.length - 1) & (slots.length - 1);
    }
}
