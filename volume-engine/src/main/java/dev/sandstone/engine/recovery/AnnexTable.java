package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The annexes of all volumes as the log tells them up to some LSN.
 *
 * <p>In force is the newest version of which every part is there. Confined to the shard's loop, but for {@link #load},
 * which comes before.
 */
public final class AnnexTable {
    private static final int KEY_BYTES = 20;

    private final Map<UUID, Map<Integer, Annex>> annexes = new HashMap<>();

    /**
     * Reads what the store has. Blocks.
     *
     * @throws IllegalArgumentException saying which row is damaged
     */
    public static AnnexTable load(MetadataStore store) {
        AnnexTable table = new AnnexTable();
        byte[] end = new byte[KEY_BYTES + 1];
        Arrays.fill(end, (byte) 0xFF);
        try (MetadataCursor rows = store.scan(Table.ANNEX, direct(new byte[0]), direct(end))) {
            for (; rows.valid(); rows.next()) {
                table.put(AnnexPart.decode(rows.value()));
            }
        }
        return table;
    }

    /** The volumes that have annexes. */
    public Set<UUID> volumes() {
        return annexes.keySet();
    }

    /** A copy of the annex in force; null when there is none. */
    public byte @Nullable [] find(UUID volume, int kind) {
        Annex annex = annexes.getOrDefault(volume, Map.of()).get(kind);
        Version version = annex == null ? null : annex.current();
        return version == null ? null : version.bytes();
    }

    /** The parts that make these bytes the annex; each is to become a record, in their order. */
    public List<AnnexPart> parts(UUID volume, int kind, byte[] bytes) {
        if (bytes.length > AnnexPart.MOST_ANNEX_BYTES) {
            throw new IllegalArgumentException("an annex of " + bytes.length + " bytes");
        }
        Annex annex = annexes.getOrDefault(volume, Map.of()).getOrDefault(kind, Annex.NONE);
        int slot = annex.spareSlot();
        int count = AnnexPart.parts(bytes.length);
        List<AnnexPart> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AnnexPart.Place place = new AnnexPart.Place(annex.newest() + 1, i, count);
            parts.add(new AnnexPart(volume, kind, slot, place, AnnexPart.slice(bytes, i)));
        }
        return parts;
    }

    void put(AnnexPart part) {
        annexes.computeIfAbsent(part.volume(), unknown -> new TreeMap<>())
                .computeIfAbsent(part.kind(), unknown -> new Annex())
                .put(part);
    }

    /** @return the keys of all rows the volume may have */
    List<byte[]> remove(UUID volume) {
        List<byte[]> keys = new ArrayList<>();
        Map<Integer, Annex> kinds = annexes.remove(volume);
        if (kinds != null) {
            for (int kind : kinds.keySet()) {
                for (int i = 0; i < 2 * AnnexPart.MOST_PARTS; i++) {
                    keys.add(AnnexPart.key(volume, kind, i % 2, i / 2));
                }
            }
        }
        return keys;
    }

    /** The two versions of one annex. */
    private static final class Annex {
        static final Annex NONE = new Annex();

        private final Version[] slots = {new Version(0, 1), new Version(0, 1)};

        void put(AnnexPart part) {
            AnnexPart.Place place = part.place();
            Version version = slots[part.slot()];
            if (place.sequence() < version.sequence) {
                // A row of an older, longer version that nothing has replaced.
                return;
            }
            if (place.sequence() > version.sequence) {
                version = new Version(place.sequence(), place.count());
                slots[part.slot()] = version;
            }
            version.put(place.index(), part.bytes());
        }

        @Nullable
        Version current() {
            Version newer = slots[0].sequence > slots[1].sequence ? slots[0] : slots[1];
            Version older = slots[0].sequence > slots[1].sequence ? slots[1] : slots[0];
            return newer.whole() ? newer : older.whole() ? older : null;
        }

        int spareSlot() {
            return slots[0].equals(current()) ? 1 : 0;
        }

        long newest() {
            return Math.max(slots[0].sequence, slots[1].sequence);
        }
    }

    private static final class Version {
        private final long sequence;
        private final int count;
        private final TreeMap<Integer, byte[]> parts = new TreeMap<>();

        Version(long sequence, int count) {
            this.sequence = sequence;
            this.count = count;
        }

        void put(int index, byte[] bytes) {
            if (index < count) {
                parts.put(index, bytes);
            }
        }

        boolean whole() {
            return parts.size() == count;
        }

        byte[] bytes() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            parts.values().forEach(all::writeBytes);
            return all.toByteArray();
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
