package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.LogTraffic;
import dev.sandstone.engine.cleaner.Pins;
import dev.sandstone.engine.cleaner.SegmentKeeper;
import dev.sandstone.engine.cleaner.SegmentTable;
import dev.sandstone.engine.cleaner.VictimPolicy;
import dev.sandstone.engine.log.LogWriter;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.recovery.Facts;
import dev.sandstone.engine.recovery.PoolTables;
import dev.sandstone.engine.recovery.Recovery;
import dev.sandstone.engine.space.SpaceFigures;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.space.SpaceLedger;
import dev.sandstone.engine.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Puts a pool together, bottom up: the map over what is stored, recovery, then log, shard and cleaner.
 *
 * <p>The first half may block and runs on the thread that opens; the second half runs on the loop.
 */
final class PoolAssembly {
    /** Below this room of the metadata's file system no write is admitted. */
    private static final long METADATA_RESERVE_BYTES = 64L << 20;

    private final PoolParts parts;
    private final PoolTables tables;
    private final SpaceLedger ledger;
    private final BlockMap map;
    private final Facts facts;
    private final SegmentTable segments;

    /** Reads what the metadata store has. Blocks; not on the loop unless nothing else uses it. */
    PoolAssembly(PoolParts parts) {
        this.parts = parts;
        long segmentBytes = parts.store().segmentBytes();
        long slots = parts.store().slots();
        tables = PoolTables.load(parts.metadata());
        ledger = new SpaceLedger(segmentBytes);
        map = new BlockMap(parts.mapSetup(ledger));
        facts = new Facts(map, tables);
        MetadataRoom room = new MetadataRoom(parts.loop(), parts.metadata());
        segments = new SegmentTable(ledger, SegmentTable.StoreShape.of(slots, segmentBytes), room::bytes);
    }

    /**
     * Recovers. Blocks.
     *
     * @throws StoreException when the store fails or what is in it cannot be opened
     */
    Recovery.Result recover() throws StoreException {
        return new Recovery(parts.loop(), parts.store(), map, facts).run();
    }

    /** Opens on what recovery found. On the loop. */
    Opened open(Recovery.Result found) {
        found.segments()
                .forEach(segment -> segments.found(segment.segment(), segment.lastLsn(), segment.payloadBytes()));
        SegmentKeeper keeper = new SegmentKeeper(parts.loop(), parts.store(), segments, found.log());
        LogWriter log = new LogWriter(parts.loop(), parts.store(), keeper, found.log());
        SpaceGovernor governor = new SpaceGovernor(parts.loop(), segments, METADATA_RESERVE_BYTES);
        Pins pins = new Pins();
        Shard.Sharing sharing = new Shard.Sharing(facts.sharedSegments(), segments::mayShare, segments::stays);
        Shard shard = new Shard(
                new Shard.Parts(parts.loop(), map, log, parts.store(), parts.cache(), facts, pins, governor, sharing));
        Cleaner cleaner = new Cleaner(
                new Cleaner.Parts(
                        parts.loop(),
                        segments,
                        ledger,
                        facts.sharedSegments(),
                        governor,
                        map,
                        parts.store(),
                        new FooterContents(parts),
                        pins,
                        new VictimPolicy(parts.random())),
                new CleanerLog(shard));
        keeper.onChange(cleaner::poke);
        cleaner.onFreed(shard.admission()::freed);
        map.start();
        Changes changes = new Changes(shard);
        VolumeAdmin admin = new VolumeAdmin(shard, changes, tables.volumes());
        cleaner.poke();
        DiskUpkeep upkeep = DiskUpkeep.begin(parts, new DiskUpkeep.Pool(segments, governor, cleaner, shard));
        SpaceJudge judge =
                new SpaceJudge(shard, segments, governor, cleaner, () -> upkeep != null && upkeep.makesRoom());
        shard.onWant(judge::want);
        return new Opened(parts, shard, admin, timeline(shard, changes, admin), cleaner, upkeep, this);
    }

    private LogTimeline timeline(Shard shard, Changes changes, VolumeAdmin admin) {
        SnapshotAdmin taken = new SnapshotAdmin(shard, changes, admin, tables.snapshots());
        DetachAdmin detaching = new DetachAdmin(shard, changes, admin, tables.snapshots(), tables.marks());
        ForkAdmin.Parts forked = new ForkAdmin.Parts(shard, changes, admin, taken, tables.volumes(), detaching);
        RewindAdmin rewind = new RewindAdmin(shard, changes, admin, tables.marks());
        Moments moments = new Moments(admin, taken, rewind);
        Questions questions = new Questions(shard, taken, moments, rewind);
        detaching.resume();
        return new LogTimeline(taken, new ForkAdmin(forked, moments), questions, rewind, detaching);
    }

    /** The parts of an open pool. */
    record Opened(
            PoolParts parts,
            Shard shard,
            VolumeAdmin admin,
            LogTimeline timeline,
            Cleaner cleaner,
            @Nullable DiskUpkeep upkeep,
            PoolAssembly assembly) {
        /** Its disks. */
        PoolDisks disks() {
            return new LogDisks(parts, shard, upkeep);
        }

        /** Ends what is done for the disks, then runs the task. */
        void stopUpkeep(Runnable then) {
            DiskUpkeep of = upkeep;
            if (of == null) {
                then.run();
            } else {
                of.stop(then);
            }
        }

        /** Why folding does not work any more. */
        EngineException mapFailed() {
            RuntimeException why = shard.map().failure();
            return new EngineException(
                    EngineStatus.IO_ERROR,
                    "the block map has failed: " + (why == null ? "it is closed" : why.getMessage()));
        }

        PoolTraffic traffic() {
            LogTraffic log = assembly.segments.traffic();
            return new PoolTraffic(log.writtenBytes(), log.movedBytes(), log.logBytes());
        }

        /** The account of the pool. */
        SpaceFigures figures() {
            return assembly.figures();
        }
    }

    private SpaceFigures figures() {
        return ledger.figures(segments.shape().slots(), segments.reserveBytes() + segments.keptBytes());
    }
}
