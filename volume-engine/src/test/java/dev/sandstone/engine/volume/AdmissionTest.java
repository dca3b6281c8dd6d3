package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.map.MapSetup;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.space.SpaceLedger;
import dev.sandstone.engine.space.SpaceSupply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final SpaceSupply NOTHING = new SpaceSupply() {
        @Override
        public long freeBytes() {
            return 0;
        }

        @Override
        public long reserveBytes() {
            return 4096;
        }

        @Override
        public long reclaimableBytes() {
            return 1 << 20;
        }

        @Override
        public long metadataRoomBytes() {
            return 1 << 20;
        }
    };

    private final QueueLoop loop = new QueueLoop();
    private final ModelMetadataStore store = new ModelMetadataStore();
    private final BlockMap map = new BlockMap(new MapSetup(
            loop, store, Runnable::run, Runnable::run, new SpaceLedger(1 << 20), MapLimits.of(1 << 20, 1 << 20)));
    private final Admission admission = new Admission(loop, map, new SpaceGovernor(loop, NOTHING, 4096), () -> {});
    private final List<EngineStatus> told = new ArrayList<>();

    private void askReserved() {
        admission.requestReserved(
                new Admission.Applicant() {
                    @Override
                    void admitted(EngineStatus status) {
                        told.add(status);
                    }
                },
                4096);
    }

    private void failMap() {
        store.failAfter(0);
        map.row(Table.VOLUME, new byte[] {1}, new byte[] {2});
        map.advance(1);
        map.fold(ok -> assertThat(ok).isFalse());
        loop.runAll();
        assertThat(map.failure()).isNotNull();
    }

    @Test
    void whatGivesSpaceBackIsToldThatItMayTryAgainWhenTheReserveStaysInUse() {
        askReserved();
        loop.advance(TimeUnit.SECONDS.toNanos(9));
        assertThat(told).isEmpty();
        loop.advance(TimeUnit.SECONDS.toNanos(2));
        assertThat(told).containsExactly(EngineStatus.BUSY);
    }

    @Test
    void itDoesNotWaitForACleanerThatWorksNoMore() {
        failMap();
        askReserved();
        assertThat(told).containsExactly(EngineStatus.IO_ERROR);
    }

    @Test
    void aFailureWhileItWaitsIsNoWantOfSpace() {
        askReserved();
        failMap();
        loop.advance(TimeUnit.SECONDS.toNanos(11));
        assertThat(told).containsExactly(EngineStatus.IO_ERROR);
    }
}
