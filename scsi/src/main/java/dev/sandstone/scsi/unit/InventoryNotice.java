package dev.sandstone.scsi.unit;

/** Which version of its LUN inventory a nexus has, and which it was told by REPORT LUNS. Any thread may ask. */
public interface InventoryNotice {
    /** Grows with each change of what the nexus may see. */
    int generation();

    /** The newest generation that a REPORT LUNS of this nexus returned. */
    int reported();
}
