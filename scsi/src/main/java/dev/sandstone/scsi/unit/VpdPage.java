package dev.sandstone.scsi.unit;

/** A vital product data page (SPC-4 7.8). Stateless. */
public interface VpdPage {
    /** PAGE CODE. */
    int code();

    /** What follows the four header bytes, for that unit as that nexus sees it. */
    byte[] body(LogicalUnit unit, ItlNexus nexus);
}
