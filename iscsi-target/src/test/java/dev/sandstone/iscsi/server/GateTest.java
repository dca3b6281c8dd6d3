package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");

    private final Gate gate = new Gate(new ServerLimits(5, 4, 3, 2, Duration.ofSeconds(1)));

    @Test
    void everyLimitHolds() {
        assertThat(gate.enter(ONE)).isNull();
        assertThat(gate.enter(ONE)).isNull();
        assertThat(gate.enter(ONE)).contains("2 connections from this address are logging in");
        assertThat(gate.enter(TWO)).isNull();
        assertThat(gate.enter(TWO)).contains("3 connections are logging in");
        gate.loginOver(ONE);
        gate.loginOver(ONE);
        gate.loginOver(TWO);
        assertThat(gate.logins()).isZero();
        assertThat(gate.enter(ONE)).isNull();
        assertThat(gate.enter(ONE)).isNull();
        gate.loginOver(ONE);
        gate.loginOver(ONE);
        assertThat(gate.enter(ONE)).contains("all 5 connections");
        gate.leave(TWO);
        assertThat(gate.enter(ONE)).contains("4 connections come from this address");
        assertThat(gate.enter(TWO)).isNull();
        assertThat(gate.connections()).isEqualTo(5);
    }

    @Test
    void whatLeavesIsForgotten() {
        for (int i = 0; i < 100; i++) {
            assertThat(gate.enter(ONE)).isNull();
            gate.loginOver(ONE);
            gate.leave(ONE);
        }
        assertThat(gate.connections()).isZero();
        assertThat(gate.logins()).isZero();
    }

    @Test
    void theLogTakesSoManyLinesAMinute() {
        LogLimiter limiter = new LogLimiter(2);
        long minute = 60_000_000_000L;
        long now = Long.MAX_VALUE - 5;
        assertThat(limiter.ask(now)).isZero();
        assertThat(limiter.ask(now + 10)).as("the clock may wrap").isZero();
        assertThat(limiter.ask(now + 20)).isEqualTo(-1);
        assertThat(limiter.ask(now + 30)).isEqualTo(-1);
        assertThat(limiter.ask(now + minute)).as("dropped before").isEqualTo(2);
        assertThat(limiter.ask(now + minute)).isZero();
    }
}
