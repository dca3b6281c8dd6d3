package dev.sandstone.iscsi.session;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * A session as an administrator sees it.
 *
 * @param tsih session handle, 1 to 65535
 * @param commands SCSI commands taken so far
 * @param since when full feature phase began
 */
public record SessionInfo(
        SessionName name,
        int tsih,
        InetSocketAddress address,
        boolean headerDigest,
        boolean dataDigest,
        long commands,
        Instant since) {}
