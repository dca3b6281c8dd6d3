package dev.sandstone.daemon.watch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Time passes when a test says so; the loop is a real thread that is held up by a latch. */
class StallWatchTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(StallWatch.class);

    private final ExecutorService loop = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("test-loop").daemon().unstarted(task));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private long now = 1_000_000;
    private final StallWatch watch = new StallWatch(List.of(loop), Duration.ofMillis(50), () -> now);
    private CountDownLatch entered = new CountDownLatch(1);
    private CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void listen() {
        log.start();
        LOG.addAppender(log);
    }

    @AfterEach
    void end() {
        LOG.detachAppender(log);
        release.countDown();
        watch.close();
        loop.shutdown();
    }

    @Test
    void aLoopThatComesRoundIsNotBlamed() throws Exception {
        for (int i = 0; i < 100; i++) {
            pass(25);
            comeRound();
        }
        assertThat(watch.count().sum()).isZero();
        assertThat(log.list).isEmpty();
    }

    @Test
    void theLogNamesTheCulprit() throws Exception {
        pass(25);
        comeRound();
        hold();
        pass(25);
        pass(25);
        pass(25);
        assertThat(log.list).as("50 ms are allowed").isEmpty();
        pass(25);
        assertThat(watch.count().sum()).isEqualTo(1);
        assertThat(messages()).singleElement().asString().contains("loop test-loop", "75 ms", "theCulprit");
        pass(25);
        assertThat(messages()).as("told once").hasSize(1);
        release();
        pass(25);
        assertThat(messages().get(1)).contains("loop test-loop goes on after 125 ms");
        assertThat(watch.count().sum()).isEqualTo(1);
    }

    @Test
    void aLongStallIsToldAgainEachTimeItIsTenTimesAsLong() throws Exception {
        pass(25);
        comeRound();
        hold();
        for (int i = 0; i < 400; i++) {
            pass(25);
        }
        assertThat(watch.count().sum()).isEqualTo(1);
        assertThat(messages()).hasSize(3).allMatch(message -> message.contains("theCulprit"));
    }

    @Test
    void stallsSoonAfterEachOtherAreToldTogether() throws Exception {
        pass(25);
        comeRound();
        for (int i = 0; i < 5; i++) {
            stall();
        }
        assertThat(watch.count().sum()).isEqualTo(5);
        assertThat(messages()).as("the first one, and that it ended").hasSize(2);
        for (int i = 0; i < 400; i++) {
            pass(25);
            comeRound();
        }
        stall();
        assertThat(messages()).hasSize(4);
        assertThat(messages().get(2)).contains("4 other stalls");
    }

    @Test
    void aMachineThatStoodStillIsNoStall() throws Exception {
        pass(25);
        comeRound();
        hold();
        pass(25);
        pass(500);
        assertThat(watch.count().sum()).isZero();
        pass(25);
        pass(25);
        assertThat(watch.count().sum()).isZero();
        pass(25);
        assertThat(watch.count().sum()).isEqualTo(1);
    }

    @Test
    void aLoopThatHasEndedIsNotBlamed() throws Exception {
        pass(25);
        comeRound();
        loop.shutdown();
        for (int i = 0; i < 10; i++) {
            pass(25);
        }
        assertThat(watch.count().sum()).isZero();
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        watch.look();
    }

    /** Waits until the loop has run all that it was given. */
    private void comeRound() throws Exception {
        loop.submit(() -> {}).get();
    }

    private void stall() throws Exception {
        hold();
        for (int i = 0; i < 4; i++) {
            pass(25);
        }
        release();
        pass(25);
        comeRound();
    }

    private void hold() throws InterruptedException {
        entered = new CountDownLatch(1);
        release = new CountDownLatch(1);
        loop.execute(this::theCulprit);
        entered.await();
    }

    private void release() throws Exception {
        release.countDown();
        comeRound();
    }

    private void theCulprit() {
        entered.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
