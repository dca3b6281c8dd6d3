package dev.sandstone.copy.token;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a new token is to name.
 *
 * @param unit whose blocks
 * @param nexus by which it was asked for
 * @param ranges inside the unit, apart from each other, in the order in which the token has them
 * @param idleSeconds INACTIVITY TIMEOUT, checked
 */
public record Claim(LogicalUnit unit, ItlNexus nexus, List<BlockRange> ranges, int idleSeconds) {
    private static final String PORT_SUFFIX = ",i,0x";

    public Claim {
        ranges = List.copyOf(ranges);
    }

    long blocks() {
        return ranges.stream().mapToLong(BlockRange::blocks).sum();
    }

    long idleNanos() {
        return TimeUnit.SECONDS.toNanos(idleSeconds);
    }

    String initiator() {
        return initiatorOf(nexus);
    }

    /** The initiator device's name: a host uses its tokens by all of its sessions. */
    static String initiatorOf(ItlNexus nexus) {
        String port = nexus.initiatorPort();
        int end = port.lastIndexOf(PORT_SUFFIX);
        return end < 0 ? port : port.substring(0, end);
    }
}
