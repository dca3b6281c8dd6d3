package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the sectors of a volume may hold, given which changes began and ended when.
 *
 * <p>A sector is a register: a read may answer any change that began before the read ended, unless another change began
 * after that one had ended and itself ended before the read began. A crash leaves changes that were not acknowledged
 * open for ever; what is read after it settles them.
 */
final class History {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final long OPEN = Long.MAX_VALUE;

    /** One change of a range: to bytes made from its id, or to zeros. */
    static final class Change {
        final long id;
        final int lba;
        final int blocks;
        final boolean zeros;
        final long began;
        private long ended = OPEN;

        Change(long id, int lba, int blocks, boolean zeros, long began) {
            this.id = id;
            this.lba = lba;
            this.blocks = blocks;
            this.zeros = zeros;
            this.began = began;
        }

        byte[] bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(blocks * BLOCK);
            for (int i = 0; i < blocks; i++) {
                for (int at = 0; at < BLOCK; at += 16) {
                    bytes.putLong(id).putLong(lba + i);
                }
            }
            return bytes.array();
        }
    }

    private final String name;
    private final boolean shownIsDurable;
    private final List<List<Change>> sectors = new ArrayList<>();
    private long clock;
    private long ids;

    /** @param shownIsDurable whether what a read has shown must survive a crash */
    History(String name, int blocks, boolean shownIsDurable) {
        this.name = name;
        this.shownIsDurable = shownIsDurable;
        for (int i = 0; i < blocks; i++) {
            sectors.add(new ArrayList<>(List.of(settled(0, i))));
        }
    }

    private static Change settled(long id, int lba) {
        Change change = new Change(id, lba, 1, id == 0, 0);
        change.ended = 0;
        return change;
    }

    int blocks() {
        return sectors.size();
    }

    Change begin(int lba, int blocks, boolean zeros) {
        Change change = new Change(++ids, lba, blocks, zeros, ++clock);
        for (int i = lba; i < lba + blocks; i++) {
            sectors.get(i).add(change);
        }
        return change;
    }

    void succeeded(Change change) {
        change.ended = ++clock;
    }

    /** It surely did not take effect. */
    void refused(Change change) {
        for (int i = change.lba; i < change.lba + change.blocks; i++) {
            sectors.get(i).remove(change);
        }
    }

    long now() {
        return ++clock;
    }

    /** Checks what a read that began then, and ends now, has answered. */
    void read(int lba, byte[] bytes, long began) {
        long ended = ++clock;
        for (int i = 0; i < bytes.length / BLOCK; i++) {
            long id = id(bytes, i, lba + i);
            List<Change> changes = sectors.get(lba + i);
            assertThat(changes)
                    .as("%s: sector %d holds the bytes of change %d", name, lba + i, id)
                    .anyMatch(change -> (change.zeros ? 0 : change.id) == id
                            && change.began <= ended
                            && changes.stream().noneMatch(other -> other.began > change.ended && other.ended < began));
            if (shownIsDurable && id != 0) {
                changes.stream()
                        .filter(change -> change.id == id)
                        .forEach(change -> change.ended = Math.min(change.ended, ended));
            }
        }
    }

    /** After a crash: checks the whole volume, and from then on it is what was read. */
    void recovered(byte[] bytes, long flushed) {
        for (int i = 0; i < sectors.size(); i++) {
            long id = id(bytes, i, i);
            List<Change> changes = sectors.get(i);
            long kept = shownIsDurable ? OPEN : flushed;
            assertThat(changes)
                    .as("%s: after the crash sector %d holds the bytes of change %d", name, i, id)
                    .anyMatch(change -> (change.zeros ? 0 : change.id) == id
                            && changes.stream()
                                    .noneMatch(other ->
                                            other.began > change.ended && other.ended < OPEN && other.ended <= kept));
        }
        wholeOrNot(bytes);
        for (int i = 0; i < sectors.size(); i++) {
            sectors.set(i, new ArrayList<>(List.of(settled(id(bytes, i, i), i))));
        }
    }

    /** A change is there wholly or not at all, as far as no other change may hide it. */
    private void wholeOrNot(byte[] bytes) {
        List<Change> seen = new ArrayList<>();
        for (List<Change> changes : sectors) {
            for (Change change : changes) {
                if (change.blocks > 1 && !change.zeros && !seen.contains(change)) {
                    seen.add(change);
                }
            }
        }
        for (Change change : seen) {
            int there = 0;
            int plain = 0;
            for (int i = change.lba; i < change.lba + change.blocks; i++) {
                boolean hidden =
                        sectors.get(i).stream().anyMatch(other -> other.id != change.id && other.ended > change.began);
                if (!hidden) {
                    plain++;
                    there += id(bytes, i, i) == change.id ? 1 : 0;
                }
            }
            assertThat(there == 0 || there == plain)
                    .as("%s: change %d is torn: %d of %d sectors", name, change.id, there, plain)
                    .isTrue();
        }
    }

    private long id(byte[] bytes, int index, int lba) {
        ByteBuffer sector = ByteBuffer.wrap(bytes, index * BLOCK, BLOCK).slice();
        long id = sector.getLong(0);
        for (int at = 0; at < BLOCK; at += 16) {
            boolean same = sector.getLong(at) == id && sector.getLong(at + 8) == (id == 0 ? 0 : lba);
            assertThat(same)
                    .as("%s: sector %d is of one piece, written for this place", name, lba)
                    .isTrue();
        }
        return id;
    }
}
