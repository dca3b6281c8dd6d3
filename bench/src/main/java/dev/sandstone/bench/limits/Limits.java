package dev.sandstone.bench.limits;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures what the target costs when it is abused, and fails when it costs more than it may: {@code bench/limits [DIVISOR]}.
 * The target runs in a process with 160 MiB of heap and 96 MiB of direct memory, 256 MiB in all. A divisor above 1 does so much
 * less of everything.
 */
public final class Limits {
    private static final int IDLE_SESSIONS = 10_000;
    private static final int SLOW_LOGINS = 2_000;
    private static final int WRONG_PROOFS = 100_000;
    private static final int SHORT_SESSIONS = 100_000;
    private static final int WORKERS = 8;
    private static final int FAILURES_AN_ADDRESS = 5;
    private static final int AUTHENTICATION_FAILURE = 0x0201;
    private static final int IDLE_ROUNDS = 20;
    private static final int PING_SECONDS = 3;
    private static final int START_MS = 60_000;
    private static final long SLOW_LOGIN_SECONDS = 20;
    private static final long MIB = 1 << 20;

    private final int port;
    private final BufferedReader answers;
    private final BufferedWriter questions;
    private final int divisor;

    private Limits(Socket control, int divisor) throws IOException {
        answers = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
        questions = new BufferedWriter(new OutputStreamWriter(control.getOutputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(answer());
        this.divisor = divisor;
    }

    /** What the target says of itself. */
    private record State(int sessions, int connections, long descriptors, long heap, long direct) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sessions, %d connections, %d descriptors, heap %.1f MiB, direct %.1f MiB",
                    sessions,
                    connections,
                    descriptors,
                    (double) heap / MIB,
                    (double) direct / MIB);
        }
    }

    /** Something to do many times. */
    private interface Turn {
        void run(int number) throws IOException;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int divisor = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            door.setSoTimeout(START_MS);
            Process target = new ProcessBuilder(List.of(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xmx160m",
                            "-XX:MaxDirectMemorySize=96m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LimitsTarget.class.getName(),
                            Integer.toString(door.getLocalPort())))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (Socket control = door.accept()) {
                new Limits(control, divisor).measure();
            } finally {
                target.destroy();
                target.waitFor();
            }
        }
    }

    private void measure() throws IOException, InterruptedException {
        State before = state();
        System.out.println("at rest: " + before);
        idleSessions(IDLE_SESSIONS / divisor);
        slowLogins(SLOW_LOGINS / divisor);
        many("wrong CHAP answers", WRONG_PROOFS / divisor, number -> {
            try (Host host = new Host(port, 0x010000 + number / FAILURES_AN_ADDRESS, number)) {
                require(host.loginWithWrongProof() == AUTHENTICATION_FAILURE, "a wrong proof was not refused as such");
            }
        });
        many("sessions opened and closed", SHORT_SESSIONS / divisor, number -> {
            try (Host host = new Host(port, 1, number)) {
                require(host.login() == 0, "a session was refused");
            }
        });
        State after = awaitEmpty();
        System.out.println("at rest again: " + after);
        require(after.descriptors() <= before.descriptors() + 8, "descriptors leaked");
        require(after.heap() <= before.heap() + 16 * MIB, "heap leaked");
    }

    private void idleSessions(int count) throws IOException, InterruptedException {
        State before = state();
        long start = System.nanoTime();
        List<Host> hosts = new ArrayList<>();
        long answered = start;
        for (int i = 0; i < count; i++) {
            Host host = new Host(port, 1, i);
            hosts.add(host);
            require(host.login() == 0, "session " + i + " was refused");
            if (seconds(answered) > PING_SECONDS) {
                answerPings(hosts);
                answered = System.nanoTime();
            }
        }
        double seconds = seconds(start);
        for (int round = 0; round < IDLE_ROUNDS; round++) {
            answerPings(hosts);
            Thread.sleep(1000);
        }
        State idle = state();
        System.out.printf(
                Locale.ROOT,
                "%d idle sessions after %.1f s: %s; %.1f KiB of heap and %.1f KiB direct each%n",
                count,
                seconds,
                idle,
                (idle.heap() - before.heap()) / 1024.0 / count,
                (idle.direct() - before.direct()) / 1024.0 / count);
        require(idle.sessions() == count, "idle sessions were lost");
        for (Host host : hosts) {
            host.close();
        }
        awaitEmpty();
    }

    private static void answerPings(List<Host> hosts) throws IOException {
        for (Host host : hosts) {
            host.answerPings();
        }
    }

    private void slowLogins(int count) throws IOException {
        State before = state();
        long start = System.nanoTime();
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Host host = new Host(port, 0x100 + i / 100, i);
            hosts.add(host);
            host.beginLogin();
        }
        State during = state();
        for (Host host : hosts) {
            host.awaitEnd();
            host.close();
        }
        double seconds = seconds(start);
        System.out.printf(
                Locale.ROOT,
                "%d slow logins, all closed after %.1f s; %.1f KiB each that was let in: %s%n",
                count,
                seconds,
                (during.heap() + during.direct() - before.heap() - before.direct())
                        / 1024.0
                        / Math.max(1, during.connections()),
                during);
        require(seconds <= SLOW_LOGIN_SECONDS, "slow logins live for too long");
    }

    private void many(String what, int count, Turn turn) throws IOException, InterruptedException {
        long start = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofPlatform().name("worker-" + i).start(() -> {
                for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                    try {
                        turn.run(number);
                    } catch (IOException e) {
                        failed.incrementAndGet();
                        System.err.println(what + ": " + e);
                    }
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        double seconds = seconds(start);
        System.out.printf(
                Locale.ROOT, "%d %s in %.1f s, %.0f a second: %s%n", count, what, seconds, count / seconds, state());
        require(failed.get() == 0, failed + " failed");
    }

    private State awaitEmpty() throws IOException, InterruptedException {
        State state = state();
        for (int i = 0; i < 100 && state.connections() > 0; i++) {
            Thread.sleep(100);
            state = state();
        }
        require(state.connections() == 0 && state.sessions() == 0, "left behind: " + state);
        return state;
    }

    private State state() throws IOException {
        questions.write("state\n");
        questions.flush();
        String[] words = answer().split(" ", -1);
        return new State(
                Integer.parseInt(words[0]),
                Integer.parseInt(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the target is gone");
        }
        return line;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void require(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }
}
