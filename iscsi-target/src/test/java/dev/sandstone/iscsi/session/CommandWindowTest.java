package dev.sandstone.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.session.CommandWindow.Arrival;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommandWindowTest {

    @Test
    void numbersOutsideTheWindowAreIgnored() {
        CommandWindow<String> window = new CommandWindow<>(10);
        assertThat(window.arrive(9)).isEqualTo(Arrival.IGNORED);
        assertThat(window.arrive(10)).isEqualTo(Arrival.NEXT);
        assertThat(window.arrive(11)).isEqualTo(Arrival.EARLY);
        assertThat(window.arrive(10 + CommandWindow.START - 1)).isEqualTo(Arrival.EARLY);
        assertThat(window.arrive(10 + CommandWindow.START)).isEqualTo(Arrival.IGNORED);
    }

    @Test
    void duplicatesAreIgnored() {
        CommandWindow<String> window = new CommandWindow<>(0);
        window.hold(3, "three");
        assertThat(window.arrive(3)).isEqualTo(Arrival.IGNORED);
        window.advance();
        assertThat(window.arrive(0)).isEqualTo(Arrival.IGNORED);
    }

    @Test
    void serialNumbersWrap() {
        CommandWindow<String> window = new CommandWindow<>(-2);
        assertThat(window.arrive(-3)).isEqualTo(Arrival.IGNORED);
        assertThat(window.arrive(5)).isEqualTo(Arrival.EARLY);
        for (int i = 0; i < 5; i++) {
            assertThat(window.arrive(-2 + i)).isEqualTo(Arrival.NEXT);
            window.advance();
            window.ended();
        }
        assertThat(window.expCmdSn()).isEqualTo(3);
        assertThat(window.maxCmdSn()).isEqualTo(3 + CommandWindow.START - 1);
    }

    @Test
    void windowGrowsWithNeedUpToItsLimit() {
        CommandWindow<String> window = new CommandWindow<>(0);
        int sent = 0;
        while (window.arrive(sent) == Arrival.NEXT) {
            window.advance();
            sent++;
        }
        assertThat(sent).isEqualTo(CommandWindow.LIMIT);
        assertThat(window.open()).isEqualTo(CommandWindow.LIMIT);
        assertThat(window.maxCmdSn()).isEqualTo(window.expCmdSn() - 1);
        window.ended();
        assertThat(window.arrive(sent)).isEqualTo(Arrival.NEXT);
    }

    @Test
    void shallowUseKeepsTheWindowSmall() {
        CommandWindow<String> window = new CommandWindow<>(0);
        for (int i = 0; i < 10_000; i++) {
            window.advance();
            window.ended();
            assertThat(window.maxCmdSn() - window.expCmdSn() + 1).isEqualTo(CommandWindow.START);
        }
    }

    @Test
    void anyOrderOfArrivalIsExecutedInOrderOnce() {
        long seed = 20261122;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int first = random.nextInt();
            CommandWindow<Integer> window = new CommandWindow<>(first);
            List<Integer> arriving = new ArrayList<>();
            for (int i = 0; i < CommandWindow.START; i++) {
                arriving.add(first + i);
            }
            Collections.shuffle(arriving, random);
            arriving.addAll(List.copyOf(arriving).subList(0, 10));
            List<Integer> executed = new ArrayList<>();
            for (int cmdSn : arriving) {
                take(window, cmdSn, executed);
            }
            assertThat(executed).as("seed %d round %d", seed, round).hasSize(CommandWindow.START);
            for (int i = 0; i < executed.size(); i++) {
                assertThat(executed.get(i)).as("seed %d round %d", seed, round).isEqualTo(first + i);
            }
            assertThat(window.held()).isZero();
        }
    }

    private static void take(CommandWindow<Integer> window, int cmdSn, List<Integer> executed) {
        switch (window.arrive(cmdSn)) {
            case NEXT -> {
                Integer now = cmdSn;
                while (now != null) {
                    Integer next = window.advance();
                    executed.add(now);
                    now = next;
                }
            }
            case EARLY -> window.hold(cmdSn, cmdSn);
            case IGNORED -> {}
        }
    }

    @Test
    void heldCommandsAreReplacedAndTakenOut() {
        CommandWindow<String> window = new CommandWindow<>(5);
        window.hold(7, "seven");
        window.hold(9, "nine");
        window.replace(7, "nothing");
        assertThat(window.heldAt(7)).isEqualTo("nothing");
        assertThatThrownBy(() -> window.replace(8, "eight")).isInstanceOf(IllegalStateException.class);
        assertThat(window.takeHeld(held -> true)).containsExactly("nothing", "nine");
        assertThat(window.held()).isZero();
        assertThat(window.heldAt(9)).isNull();
    }

    @Test
    void endingMoreThanWasTakenIsABug() {
        CommandWindow<String> window = new CommandWindow<>(5);
        assertThatThrownBy(window::ended).isInstanceOf(IllegalStateException.class);
    }
}
