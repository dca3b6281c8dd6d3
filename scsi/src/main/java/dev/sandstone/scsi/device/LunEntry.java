package dev.sandstone.scsi.device;

/**
 * A logical unit at a LUN.
 *
 * @param lun 0 to {@link LunAddress#MAX_LUN}
 * @param server what serves the unit; the same object at every LUN and for every initiator that may see the unit
 * @param readOnly whether this initiator may only read
 */
public record LunEntry(int lun, DeviceServer server, boolean readOnly) {
    public LunEntry {
        if (lun < 0 || lun > LunAddress.MAX_LUN) {
            throw new IllegalArgumentException("LUN " + lun + " is not within 0 to " + LunAddress.MAX_LUN);
        }
    }
}
