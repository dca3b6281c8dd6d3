package dev.sandstone.iscsi.server;

import java.time.Duration;

/**
 * What connections may cost before they logged in. A login holds at most 24 KiB (8 KiB segment, 16 KiB text), so {@code
 * maxLogins} bounds the memory of all logins to 24 MiB by default.
 *
 * @param maxConnections connections in all
 * @param maxConnectionsPerAddress connections from one address
 * @param maxLogins connections that have not logged in yet
 * @param maxLoginsPerAddress those of one address
 * @param loginTime how long a login may take
 */
public record ServerLimits(
        int maxConnections, int maxConnectionsPerAddress, int maxLogins, int maxLoginsPerAddress, Duration loginTime) {

    /** 16384, 12288, 1024, 512, 15 s: one address alone keeps nobody out. */
    public static ServerLimits standard() {
        return new ServerLimits(16384, 12288, 1024, 512, Duration.ofSeconds(15));
    }
}
