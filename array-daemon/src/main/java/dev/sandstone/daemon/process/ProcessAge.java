package dev.sandstone.daemon.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * How long this process runs already. Linux tells the start in ticks since boot (proc(5)); as a time of day, which is what
 * {@link ProcessHandle} makes of it, it is wrong by up to a second, because the time of boot is rounded.
 */
final class ProcessAge {
    /** USER_HZ, the unit in which Linux tells times to programs. */
    private static final int TICKS_A_SECOND = 100;

    private static final int START_FIELD = 22;

    private ProcessAge() {}

    static long millis() {
        try {
            return millis(Files.readString(Path.of("/proc/self/stat")), Files.readString(Path.of("/proc/uptime")));
        } catch (IOException | RuntimeException notLinux) {
            Instant now = Instant.now();
            return Duration.between(
                            ProcessHandle.current().info().startInstant().orElse(now), now)
                    .toMillis();
        }
    }

    /** @param stat its second field is the name in parentheses, which may hold anything */
    static long millis(String stat, String uptime) {
        String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(behindName[START_FIELD - 3]);
        double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return Math.round(now * 1000) - ticks * 1000 / TICKS_A_SECOND;
    }
}
