package dev.sandstone.snapshot.catalog;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time as entries keep it: microseconds since 1970, UTC. */
public final class Clock {
    private Clock() {}

    public static long micros() {
        return micros(Instant.now());
    }

    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
