package dev.sandstone.scsi.command;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.Route;
import java.nio.ByteBuffer;

/** A command under way, as far as it needs no block device behind its LUN. Valid until it has ended. */
public interface DeviceCommand {

    Cdb cdb();

    /** What the LUN addressed is. */
    LunKind lunKind();

    /** How the command came to the target device. */
    Route route();

    /** The LUNs (0 to 16383) with a block device that this nexus may see, ascending; not to be changed. */
    int[] luns();

    /** Forgets REPORTED LUNS DATA HAS CHANGED on all LUNs of this nexus, because it is being told the inventory. */
    void inventoryReported();

    /** The rows this device serves. */
    CommandTable table();

    /**
     * Lends a direct buffer for Data-In, position 0, limit {@code bytes}, contents undefined. Once a command. Ask for no
     * more than a checked limit.
     */
    ByteBuffer dataIn(int bytes);

    /** Ends with GOOD, sending the Data-In buffer to its limit when one was lent. */
    void good();

    /** Ends with GOOD and the first bytes of {@code data}, cut at the CDB's ALLOCATION LENGTH. */
    void good(byte[] data, long allocationLength);

    /** Ends with CHECK CONDITION. */
    void check(SenseData sense);
}
