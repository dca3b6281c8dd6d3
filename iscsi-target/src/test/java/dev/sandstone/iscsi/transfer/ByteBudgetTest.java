package dev.sandstone.iscsi.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    /** A command that holds something and wants more before it can end. */
    private static final class Holder implements ByteBudget.Waiter {
        private final ByteBudget budget;
        private final long wants;
        private long held;
        private boolean complete;

        Holder(ByteBudget budget, long wants) {
            this.budget = budget;
            this.wants = wants;
        }

        boolean begin(long bytes) {
            if (!budget.takeHard(held, bytes)) {
                return false;
            }
            held += bytes;
            return true;
        }

        void ask() {
            if (!take()) {
                budget.await(this);
            }
        }

        private boolean take() {
            if (!budget.takeSoft(this, wants)) {
                return false;
            }
            held += wants;
            complete = true;
            return true;
        }

        void end() {
            budget.giveBack(this);
            held = 0;
            budget.wake();
        }

        @Override
        public long held() {
            return held;
        }

        @Override
        public boolean retry() {
            return take();
        }
    }

    @Test
    void hardLimitRefuses() {
        ByteBudget budget = new ByteBudget(100, 200);
        Holder holder = new Holder(budget, 0);
        assertThat(holder.begin(200)).isTrue();
        assertThat(new Holder(budget, 0).begin(1)).isFalse();
        assertThat(budget.exhausted()).isTrue();
        holder.end();
        assertThat(budget.used()).isZero();
        assertThat(budget.exhausted()).isFalse();
    }

    @Test
    void waitersComeInTurn() {
        ByteBudget budget = new ByteBudget(100, 200);
        Holder running = new Holder(budget, 0);
        running.begin(90);
        Holder first = new Holder(budget, 50);
        Holder second = new Holder(budget, 10);
        first.ask();
        second.ask();
        assertThat(first.complete || second.complete)
                .as("the small one does not overtake")
                .isFalse();
        running.end();
        assertThat(first.complete).isTrue();
        assertThat(second.complete).isTrue();
        assertThat(budget.waiting()).isZero();
    }

    @Test
    void theFirstGoesWhenAllHoldersWait() {
        ByteBudget budget = new ByteBudget(100, 200);
        List<Holder> holders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Holder holder = new Holder(budget, 60);
            holder.begin(25);
            holders.add(holder);
        }
        holders.forEach(Holder::ask);
        assertThat(holders.get(0).complete).isTrue();
        assertThat(holders.get(1).complete).isFalse();
        holders.get(0).end();
        assertThat(holders.get(1).complete).isTrue();
    }

    @Test
    void onePastTheLimitAloneIsLetThrough() {
        ByteBudget budget = new ByteBudget(100, 200);
        Holder large = new Holder(budget, 5000);
        large.begin(50);
        large.ask();
        assertThat(large.complete).isTrue();
    }

    @Test
    void whoLeavesTheLineLetsOthersPass() {
        ByteBudget budget = new ByteBudget(100, 200);
        Holder running = new Holder(budget, 0);
        running.begin(60);
        Holder first = new Holder(budget, 90);
        first.begin(20);
        Holder second = new Holder(budget, 30);
        first.ask();
        second.ask();
        assertThat(second.complete).isFalse();
        first.end();
        assertThat(second.complete).isTrue();
    }

    @Test
    void givingBackMoreThanTakenIsABug() {
        ByteBudget budget = new ByteBudget(100, 200);
        Holder holder = new Holder(budget, 0);
        holder.held = 7;
        assertThatThrownBy(holder::end).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyWaiterIsServedWhateverTheOrder() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ByteBudget budget = new ByteBudget(1000, 4000);
            List<Holder> live = new ArrayList<>();
            int served = 0;
            for (int step = 0; step < 200; step++) {
                Holder holder = new Holder(budget, random.nextInt(600) + 1);
                if (holder.begin(random.nextInt(300))) {
                    live.add(holder);
                    holder.ask();
                }
                if (random.nextBoolean()) {
                    served += endOne(live);
                }
            }
            int before = live.size();
            int ended = 0;
            while (endOne(live) == 1) {
                ended++;
            }
            assertThat(ended).as("seed %d, %d served before", seed, served).isEqualTo(before);
            assertThat(budget.used()).as("seed %d", seed).isZero();
        }
    }

    private static int endOne(List<Holder> live) {
        for (Holder holder : live) {
            if (holder.complete) {
                live.remove(holder);
                holder.end();
                return 1;
            }
        }
        return 0;
    }
}
