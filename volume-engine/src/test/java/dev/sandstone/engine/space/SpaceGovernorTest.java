package dev.sandstone.engine.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.QueueLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceGovernorTest {
    private static final long METADATA_RESERVE = 50;

    private long free = 5000;
    private long reserve = 1000;
    private long reclaimable;
    private long metadataRoom = 100;
    private final QueueLoop loop = new QueueLoop();
    private final SpaceSupply supply = new SpaceSupply() {
        @Override
        public long freeBytes() {
            return free;
        }

        @Override
        public long reserveBytes() {
            return reserve;
        }

        @Override
        public long reclaimableBytes() {
            return reclaimable;
        }

        @Override
        public long metadataRoomBytes() {
            return metadataRoom;
        }
    };
    private final SpaceGovernor governor = new SpaceGovernor(loop, supply, METADATA_RESERVE);
    private final List<String> told = new ArrayList<>();

    private void take(String who, long bytes) {
        governor.take(bytes, how -> told.add(who + " " + how));
    }

    @Test
    void grantsDownToTheReserveAndNotBeyond() {
        assertThat(governor.tryTake(4000)).isTrue();
        assertThat(governor.tryTake(1)).isFalse();
        assertThat(governor.tickets()).isEqualTo(4000);
    }

    @Test
    void theReserveFollowsThePool() {
        free = 2000;
        take("a", 1000);
        reclaimable = 5000;
        take("b", 500);
        assertThat(told).containsExactly("a GRANTED");
        free = 3000;
        reserve = 1500;
        governor.supplied();
        assertThat(told).containsExactly("a GRANTED", "b GRANTED");
        assertThat(governor.tryTake(1)).as("of a larger pool more is kept").isFalse();
        reserve = 1499;
        assertThat(governor.tryTake(1)).isTrue();
    }

    @Test
    void whatGivesSpaceBackMayUseTheReserve() {
        free = 1000;
        assertThat(governor.tryTake(1)).isFalse();
        assertThat(governor.takeReserved(1000)).isTrue();
        assertThat(governor.takeReserved(1)).isFalse();
    }

    @Test
    void whatDisplacesDataMayUseHalfOfTheReserve() {
        free = 1000;
        assertThat(governor.takeDisplacing(500)).isTrue();
        assertThat(governor.takeDisplacing(1)).isFalse();
        assertThat(governor.takeReserved(500)).isTrue();
        governor.giveBack(1000);
        metadataRoom = METADATA_RESERVE - 1;
        assertThat(governor.takeDisplacing(1)).as("the map's own disk").isFalse();
    }

    @Test
    void whatDisplacesDataWaitsForItsPartOfTheReserve() {
        free = 600;
        reclaimable = 5000;
        take("a", 10);
        governor.takeDisplacingFirst(200, how -> told.add("b " + how));
        assertThat(told).isEmpty();
        free = 700;
        governor.supplied();
        assertThat(told).containsExactly("b GRANTED");
        governor.takeDisplacingFirst(201, how -> told.add("c " + how));
        reclaimable = 0;
        governor.supplied();
        assertThat(told).containsExactly("b GRANTED", "c EXHAUSTED", "a EXHAUSTED");
    }

    @Test
    void saysExhaustedOnlyWhenCleaningCannotHelp() {
        free = 1500;
        take("a", 501);
        assertThat(told).containsExactly("a EXHAUSTED");
        reclaimable = 1;
        take("b", 501);
        assertThat(told).containsExactly("a EXHAUSTED");
        assertThat(governor.wanting()).isTrue();
        free = 1501;
        governor.supplied();
        assertThat(told).containsExactly("a EXHAUSTED", "b GRANTED");
        assertThat(governor.tickets()).isEqualTo(501);
    }

    @Test
    void saysBusyAfterTwoSeconds() {
        free = 1000;
        reclaimable = 10_000;
        take("a", 10);
        loop.advance(SpaceGovernor.WAIT_NANOS - 1);
        assertThat(told).isEmpty();
        loop.advance(1);
        assertThat(told).containsExactly("a BUSY");
        free = 5000;
        governor.supplied();
        loop.advance(SpaceGovernor.WAIT_NANOS);
        assertThat(told).hasSize(1);
    }

    @Test
    void servesInTheOrderOfAsking() {
        free = 1000;
        reclaimable = 10_000;
        take("big", 600);
        take("small", 10);
        free = 1100;
        governor.supplied();
        assertThat(told).isEmpty();
        assertThat(governor.tryTake(1)).as("no overtaking").isFalse();
        free = 1605;
        governor.supplied();
        assertThat(told).containsExactly("big GRANTED");
        free = 1610;
        governor.supplied();
        assertThat(told).containsExactly("big GRANTED", "small GRANTED");
    }

    @Test
    void servesFirstWhoMayGoBeforeTheOthers() {
        free = 1000;
        reclaimable = 10_000;
        take("big", 600);
        governor.takeFirst(10, how -> told.add("change " + how));
        free = 1100;
        governor.supplied();
        assertThat(told).containsExactly("change GRANTED");
        governor.takeFirst(10, how -> told.add("another " + how));
        governor.takeFirst(100, how -> told.add("late " + how));
        assertThat(told).containsExactly("change GRANTED", "another GRANTED");
        loop.advance(SpaceGovernor.WAIT_NANOS);
        assertThat(told).containsExactly("change GRANTED", "another GRANTED", "big BUSY", "late BUSY");
    }

    @Test
    void oneThatGaveUpLetsTheNextIn() {
        free = 1500;
        reclaimable = 10_000;
        take("big", 9000);
        loop.advance(1);
        take("small", 10);
        loop.advance(SpaceGovernor.WAIT_NANOS - 1);
        assertThat(told).containsExactly("big BUSY", "small GRANTED");
    }

    @Test
    void aTicketGivenBackServesWhoWaits() {
        assertThat(governor.tryTake(4000)).isTrue();
        take("a", 100);
        assertThat(told).as("what tickets do not use comes back").isEmpty();
        governor.giveBack(4000);
        assertThat(told).containsExactly("a GRANTED");
        assertThatThrownBy(() -> governor.giveBack(101)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theOneWaitingIsToldWhenHopeIsGone() {
        free = 1000;
        reclaimable = 500;
        take("a", 400);
        reclaimable = 0;
        governor.supplied();
        assertThat(told).containsExactly("a EXHAUSTED");
    }

    @Test
    void stopsWritesBeforeTheMetadataHasNoRoom() {
        metadataRoom = METADATA_RESERVE - 1;
        take("a", 1);
        assertThat(told).containsExactly("a EXHAUSTED");
        assertThat(governor.takeReserved(1)).as("what gives space back goes on").isTrue();
        metadataRoom = METADATA_RESERVE;
        take("b", 1);
        assertThat(told).containsExactly("a EXHAUSTED", "b GRANTED");
    }

    @Test
    void aRecordCostsItsPayloadABlockAndItsDescriptors() {
        assertThat(SpaceGovernor.cost(0)).isEqualTo(4096 + 64);
        assertThat(SpaceGovernor.cost(1)).isEqualTo(2 * 4096 + 8 + 64);
        assertThat(SpaceGovernor.cost(1 << 20)).isEqualTo(257 * 4096 + 256 * 8 + 64);
    }
}
