package dev.sandstone.scsi.device;

import java.util.List;

/**
 * Which logical unit an initiator finds at which LUN: a port that the layer above answers from its catalog. Asked when a
 * nexus opens and at {@link TargetDevice#lunsChanged}, on any thread; answers from memory, takes no lock (the device holds one of its own meanwhile).
 */
@FunctionalInterface
public interface LunMap {
    /** What that initiator may see, each LUN at most once, in any order. */
    List<LunEntry> lunsOf(String initiatorName);
}
