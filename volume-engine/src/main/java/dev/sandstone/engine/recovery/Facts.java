package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.BlockSpan;
import dev.sandstone.engine.map.Lending;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SharedSegments;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What each type of record means to the map: the only way a fact gets into it.
 *
 * <p>The same methods serve a record that has just become durable and a record that recovery reads, so the state after
 * a crash is the state before it (I10). Called in LSN order, each record closed by {@link #close}. Records of lineages
 * that nothing is written to any more mean nothing, but for relocations.
 *
 * <p>Confined to the shard's loop.
 */
public final class Facts {
    private final BlockMap map;
    private final VolumeTable volumes;
    private final SnapshotTable snapshots;
    private final MarkTable marks;
    private final SharedSegments shared;
    private @Nullable LineageMap last;

    /** Facts over what the store has: the moments of its snapshots and marks are retained from now on. */
    public Facts(BlockMap map, PoolTables tables) {
        this.map = map;
        volumes = tables.volumes();
        snapshots = tables.snapshots();
        marks = tables.marks();
        shared = tables.shared();
        record Kept(long lineage, long lsn) {}
        // One behind the other costs least.
        Stream.concat(
                        snapshots.rows().stream().map(row -> new Kept(row.lineage(), row.lsn())),
                        marks.rows().stream().map(row -> new Kept(row.lineage(), row.lsn())))
                .sorted(Comparator.comparingLong(Kept::lsn))
                .forEach(kept -> map.retain(kept.lineage(), kept.lsn()));
    }

    /** The segments whose blocks others show. */
    public SharedSegments sharedSegments() {
        return shared;
    }

    /** DATA: see {@link LineageMap#write}. */
    public void data(long lsn, BlockSpan span, long pointer, int[] checksums) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.write(lsn, span.block(), span.blocks(), pointer, checksums);
        }
    }

    /** RELOC: see {@link LineageMap#relocate}; of versions that only a moment shows, too. */
    public void relocation(long birth, BlockSpan span, long pointer, int[] checksums) {
        LineageMap lineage = map.find(span.lineage());
        if (lineage != null) {
            lineage.relocate(birth, span.block(), span.blocks(), pointer, checksums);
        }
    }

    /**
     * REFMAP: blocks show data that is there already. The fact that names the further owner is stored with the map's row, in
     * one batch (I12).
     */
    public void shared(long lsn, SharedBlocks blocks) {
        LineageMap lineage = lineage(blocks.lineage());
        if (lineage == null) {
            return;
        }
        for (SharedBlocks.Extent run : blocks.runs()) {
            long pointer = run.pointer();
            if (!Pointer.hasData(pointer)) {
                blank(lineage, lsn, run);
                continue;
            }
            shared.add(Pointer.segment(pointer));
            map.lend(new Lending(pointer, run.blocks(), lineage.id(), run.block(), lsn));
            lineage.show(lsn, run.block(), run.blocks(), pointer, run.checksums());
        }
    }

    /**
     * RELOCREF: versions that show moved data without owning its record are led there; of moments, too. Of each the fact
     * comes before the map.
     */
    public void references(MovedReferences moved) {
        for (MovedReferences.Version run : moved.runs()) {
            LineageMap lineage = map.find(run.lineage());
            if (lineage != null) {
                shared.add(Pointer.segment(run.pointer()));
                map.lend(new Lending(run.pointer(), run.blocks(), run.lineage(), run.block(), run.birth()));
                lineage.relocate(run.birth(), run.block(), run.blocks(), run.pointer(), run.checksums());
            }
        }
    }

    private static void blank(LineageMap lineage, long lsn, SharedBlocks.Extent run) {
        if (run.pointer() == Pointer.ZERO) {
            lineage.zero(lsn, run.block(), run.blocks());
        } else {
            lineage.unmap(lsn, run.block(), run.blocks());
        }
    }

    /** ZERO. */
    public void zero(long lsn, BlockSpan span) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.zero(lsn, span.block(), span.blocks());
        }
    }

    /** UNMAP. */
    public void unmap(long lsn, BlockSpan span) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.unmap(lsn, span.block(), span.blocks());
        }
    }

    /** POISON, or blocks of a record that damage has taken. */
    public void poison(long lsn, BlockSpan span) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.poison(lsn, span.block(), span.blocks());
        }
    }

    /** CONFIG: a volume is new or changed; what lies beyond a smaller size is dropped. */
    public void config(long lsn, VolumeRow row) {
        VolumeRow old = volumes.row(row.id());
        if (old != null && row.mapBlocks() < old.mapBlocks()) {
            map.lineage(row.lineage()).unmap(lsn, row.mapBlocks(), old.mapBlocks() - row.mapBlocks());
        }
        put(row);
        if (row.rewindSeconds() == 0) {
            marks.of(row.id()).forEach(this::unmark);
        }
    }

    private void unmark(MarkRow row) {
        marks.remove(row);
        map.row(Table.MARK, row.key(), null);
        map.release(row.lineage(), row.lsn());
        last = null;
    }

    private void mark(MarkRow row) {
        marks.put(row);
        map.row(Table.MARK, row.key(), row.encode());
    }

    /** MARK: volumes can be rewound to this record, and not further than their windows. */
    public void marks(long lsn, MarksSet set) {
        set.members().stream().filter(MarksSet.Member::marked).forEach(member -> map.moment(member.lineage(), lsn));
        for (MarksSet.Member member : set.members()) {
            VolumeRow row = volumes.row(member.lineage());
            if (row == null || row.rewindSeconds() == 0) {
                continue;
            }
            MarkRow before = marks.last(row.id());
            if (member.late() > 0 && before != null) {
                mark(before.endingAt(member.late()));
            }
            if (member.marked()) {
                MarkRow mark = new MarkRow(row.lineage(), lsn, set.micros(), row.id(), row.blocks());
                map.retain(row.lineage(), lsn);
                mark(mark);
            }
            marks.expired(row.id(), member.from()).forEach(this::unmark);
        }
    }

    private void put(VolumeRow row) {
        volumes.put(row);
        map.row(Table.VOLUME, row.key(), row.encode());
        ByteBuffer name = KeySpace.name(VolumeTable.NEXT_LINEAGE);
        byte[] key = new byte[name.remaining()];
        name.get(key);
        byte[] next =
                ByteBuffer.allocate(Long.BYTES).putLong(volumes.nextLineage()).array();
        map.row(Table.META, key, next);
    }

    /** RESERVATION: a part of what a layer above keeps with a volume. */
    public void annex(AnnexPart part) {
        if (volumes.row(part.volume()) != null) {
            volumes.annexes().put(part);
            map.row(Table.ANNEX, part.key(), part.encode());
        }
    }

    /** What layers above keep with the volumes. */
    public AnnexTable annexes() {
        return volumes.annexes();
    }

    /** LINEAGEDEL: the volume is gone; its snapshots, and what was cloned from it, stay. */
    public void deletion(long lineage) {
        VolumeRow row = volumes.remove(lineage);
        if (row != null) {
            map.row(Table.VOLUME, row.key(), null);
            volumes.annexes().remove(row.id()).forEach(key -> map.row(Table.ANNEX, key, null));
            marks.of(row.id()).forEach(this::unmark);
            map.end(lineage);
            last = null;
        }
    }

    /** SNAP: the content of some lineages as of this record is kept. */
    public void snapshots(long lsn, SnapshotsTaken taken) {
        taken.members().forEach(member -> map.moment(member.lineage(), lsn));
        for (SnapshotsTaken.Member member : taken.members()) {
            VolumeRow row = volumes.row(member.lineage());
            if (row != null) {
                keep(new SnapshotRow(member.id(), row.id(), row.lineage(), lsn, taken.micros(), row.blocks()));
            }
        }
    }

    private void keep(SnapshotRow row) {
        map.retain(row.lineage(), row.lsn());
        snapshots.put(row);
        map.row(Table.SNAPSHOT, row.key(), row.encode());
    }

    /** SNAPDEL: they are kept no more. */
    public void deletion(SnapshotsDeleted deleted) {
        for (UUID id : deleted.members()) {
            SnapshotRow row = snapshots.remove(id);
            if (row != null) {
                map.row(Table.SNAPSHOT, row.key(), null);
                map.release(row.lineage(), row.lsn());
            }
        }
        last = null;
    }

    /** FORK: new lineages, each the head of a new volume or of one that is rolled back. */
    public void forks(long lsn, Forks forks) {
        for (Forks.Member member : forks.members()) {
            map.moment(member.parent(), member.parentLsn() == 0 ? lsn : member.parentLsn());
            VolumeRow old = volumes.row(member.row().id());
            if (old != null) {
                map.moment(old.lineage(), lsn);
            }
        }
        for (Forks.Member member : forks.members()) {
            VolumeRow row = member.row();
            VolumeRow old = volumes.row(row.id());
            map.fork(row.lineage(), member.parent(), member.parentLsn() == 0 ? lsn : member.parentLsn());
            if (old != null) {
                UUID undo = member.undo();
                if (undo != null) {
                    keep(new SnapshotRow(undo, old.id(), old.lineage(), lsn, forks.micros(), old.blocks()));
                }
                map.end(old.lineage());
            }
            put(row);
        }
        last = null;
    }

    /** FORK of version 2: lineages that are to become independent, or are. */
    public void detachments(Detachments detachments) {
        for (Detachments.Member member : detachments.members()) {
            if (member.done()) {
                map.detached(member.lineage());
            } else {
                map.detaching(member.lineage());
            }
        }
        last = null;
    }

    /** All facts of the record were given. */
    public void close(long lsn) {
        map.advance(lsn);
    }

    private @Nullable LineageMap lineage(long id) {
        LineageMap cached = last;
        if (cached != null && cached.id() == id) {
            return cached;
        }
        if (volumes.row(id) == null) {
            return null;
        }
        last = map.lineage(id);
        return last;
    }
}
