package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator sees: each bug that is planted in the engine is found, and within 2,000 seeds. */
class PlantedBugTest {
    private static final long SEEDS = 2000;

    /** What is planted, and which campaign must find it. */
    enum Bug {
        NO_FREE_BARRIER("Simulator", "map.BlockMap", "flushedLsn", Mutant.Body.HUGE_LONG),
        READS_DO_NOT_PIN("Simulator", "cleaner.Pins", "drained", Mutant.Body.TRUE),
        TRUNCATE_BELOW_ACKED("RotSimulation", "log.BatchHeader", "ackedLsn", Mutant.Body.ZERO_LONG, 500),
        CLEAN_WITHOUT_CHECKSUM("Simulator", "cleaner.Evacuation", "sound", Mutant.Body.TRUE),
        SEGMENT_ID_REUSE("Simulator", "store.DiskStore", "largestIdEver", Mutant.Body.ZERO_LONG),
        COMPARE_AND_WRITE_WITHOUT_LOCK("Simulator", "volume.RangeLocks$Request", "conflictsWith", Mutant.Body.FALSE),
        SUPERBLOCK_QUORUM_ONE("RotSimulation", "store.SuperblockCopies", "count", Mutant.Body.FOUR, 70),
        ACKNOWLEDGE_BEFORE_DURABLE("Simulator", "recovery.VolumeRow", "writeBack", Mutant.Body.TRUE),
        ACKNOWLEDGE_OUT_OF_ORDER("Simulator", "log.Batch", "landed", Mutant.Body.TRUE),
        ACKNOWLEDGE_BEFORE_THE_SECOND_COPY("MirrorSimulation", "store.FanOut", "isOver", Mutant.Body.TRUE),
        STALE_DISK_IS_READ("MirrorSimulation", "store.MirrorOpening", "isCurrent", Mutant.Body.TRUE, 40),
        OLD_COPY_IS_DROPPED_FIRST("MirrorSimulation", "store.MirrorBalance", "isEnough", Mutant.Body.TRUE, 0, 3),
        FLUSH_DOES_NOT_WAIT("Simulator", "volume.Durability", "durableLsn", Mutant.Body.HUGE_LONG),
        COALESCE_ACROSS_A_SNAPSHOT("Simulator", "map.BlockMap", "cut", Mutant.Body.NOTHING),
        DISPLACED_VERSIONS_ARE_NOT_KEPT("Simulator", "map.Points", "need", Mutant.Body.FALSE),
        TORN_BATCH_TAKEN_AS_WHOLE("Simulator", "log.PayloadCheck", "read", Mutant.Body.TRUE),
        CLEANER_IGNORES_REFERENCES("ShareSimulation", "space.SharedSegments", "holds", Mutant.Body.FALSE),
        MAP_WITHOUT_FACT("ShareSimulation", "map.BlockMap", "lend", Mutant.Body.NOTHING),
        COPIES_DO_NOT_WAIT_FOR_THEIR_SOURCE("ShareSimulation", "volume.LogVolume", "isSettled", Mutant.Body.TRUE),
        NEEDED_FACTS_ARE_SWEPT("ShareSimulation", "map.RefsSweep", "shown", Mutant.Body.FALSE),
        LONG_BLANK_BEGINS_AMID_A_LEAF("Simulator", "map.HeadWriter", "firstOfALeaf", Mutant.Body.ITS_ARGUMENT, 1, 5),
        FILLED_WITHOUT_FACT("DetachSimulation", "map.FillWriter", "own", Mutant.Body.NOTHING),
        FILLED_AND_NOT_FORGOTTEN("Simulator", "map.Family", "forget", Mutant.Body.NOTHING, 90);

        private final String campaign;
        private final String type;
        private final String method;
        private final Mutant.Body body;
        private final long first;
        private final long step;

        Bug(String campaign, String type, String method, Mutant.Body body) {
            this(campaign, type, method, body, 0);
        }

        /** @param first where to begin: a bug that only rare damage shows is not searched from the start each time */
        Bug(String campaign, String type, String method, Mutant.Body body, long first) {
            this(campaign, type, method, body, first, 1);
        }

        /** @param step to the next seed, where only some have what it takes */
        Bug(String campaign, String type, String method, Mutant.Body body, long first, long step) {
            this.first = first;
            this.step = step;
            this.campaign = campaign;
            this.type = type;
            this.method = method;
            this.body = body;
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isFound(Bug bug) {
        Mutant.Run run = new Mutant.Run(new Mutant(bug.type, bug.method, bug.body));
        for (long seed = bug.first; seed < bug.first + SEEDS * bug.step; seed += bug.step) {
            String found = run.broken(bug.campaign, seed);
            if (found != null) {
                report(bug.name(), seed, found);
                return;
            }
        }
        assertThat(bug).as("not found in %d seeds", SEEDS).isNull();
    }

    @Test
    void replayFromAnUnflushedMapIsFound() {
        @Nullable String found = null;
        long seed = 0;
        for (; seed < SEEDS && found == null; seed++) {
            found = BoastfulMetadata.broken(seed);
        }
        assertThat(found).isNotNull();
        report("REPLAY_FROM_UNFLUSHED_MAP", seed - 1, String.valueOf(found));
    }

    private static void report(String bug, long seed, String found) {
        System.out.println("planted bug " + bug + " found by seed " + seed + ": "
                + found.lines().findFirst().orElse(""));
    }
}
