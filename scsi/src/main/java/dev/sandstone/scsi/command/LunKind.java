package dev.sandstone.scsi.command;

/** What a LUN leads to on one nexus. */
public enum LunKind {
    /** A logical unit with a volume behind it. */
    BLOCK_DEVICE,
    /** The REPORT LUNS well known logical unit (SAM-5 4.7.7, LUN C101h). */
    REPORT_LUNS,
    /** Nothing that this initiator may see. */
    ABSENT
}
