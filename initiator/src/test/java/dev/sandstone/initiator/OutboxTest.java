package dev.sandstone.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Outbox.Item COMMAND = () -> {};
    private static final Outbox.Item URGENT = () -> {};

    @Test
    void commandsWaitForTheWindowAndUrgentItemsDoNot() {
        Outbox outbox = new Outbox(-1, 0);
        for (int i = 0; i < 3; i++) {
            outbox.addCommand(COMMAND);
        }
        assertThat(outbox.take()).isSameAs(COMMAND);
        assertThat(outbox.takeCmdSn()).isEqualTo(-1);
        assertThat(outbox.take()).isSameAs(COMMAND);
        assertThat(outbox.takeCmdSn()).as("wraps").isZero();
        assertThat(outbox.isIdle()).as("window closed").isTrue();
        outbox.addUrgent(URGENT);
        assertThat(outbox.isIdle()).isFalse();
        assertThat(outbox.take()).isSameAs(URGENT);
        assertThat(outbox.currentCmdSn()).isEqualTo(1);
        outbox.maxCmdSn(-5);
        assertThat(outbox.isIdle()).as("the window never moves back").isTrue();
        outbox.maxCmdSn(1);
        assertThat(outbox.isIdle()).isFalse();
        assertThat(outbox.take()).isSameAs(COMMAND);
    }

    @Test
    void closedItGivesNothingMore() {
        Outbox outbox = new Outbox(1, 10);
        outbox.addCommand(COMMAND);
        outbox.close();
        outbox.addUrgent(URGENT);
        assertThat(outbox.take()).isNull();
    }
}
