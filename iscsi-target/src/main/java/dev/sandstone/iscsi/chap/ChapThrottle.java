package dev.sandstone.iscsi.chap;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Slows down guessing: after five failures within a minute from one address (IPv6: one /64 network), every further
 * failure's answer is held back, twice as long each time up to a bound.
 *
 * <p>Remembers a bounded number of addresses, the least recent forgotten first. Safe for use by several threads; called
 * for failed logins only.
 */
public final class ChapThrottle {
    /** Failures in a minute that cost no delay. */
    public static final int FREE_FAILURES = 5;

    private static final int MAX_ADDRESSES = 4096;
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int FIRST_DELAY_MS = 500;
    private static final int MAX_DOUBLINGS = 4;
    private static final int IPV6_NETWORK_BYTES = 8;

    private static final class Failures {
        private long windowStart;
        private int count;
    }

    private final Map<ByteBuffer, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Failures> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /**
     * Counts a failure.
     *
     * @param nowNanos {@link System#nanoTime}
     * @return how long to hold the answer back, in milliseconds; 0 to 8000
     */
    public synchronized int failed(InetAddress from, long nowNanos) {
        Failures failures = byAddress.computeIfAbsent(network(from), address -> {
            Failures fresh = new Failures();
            fresh.windowStart = nowNanos;
            return fresh;
        });
        if (nowNanos - failures.windowStart >= WINDOW_NANOS) {
            failures.windowStart = nowNanos;
            failures.count = 0;
        }
        failures.count++;
        if (failures.count <= FREE_FAILURES) {
            return 0;
        }
        return FIRST_DELAY_MS << Math.min(failures.count - FREE_FAILURES - 1, MAX_DOUBLINGS);
    }

    private static ByteBuffer network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
    }
}
