package dev.sandstone.scsi.unit;

/**
 * The strings of standard INQUIRY data. Initiators key their rules on them, and a host copies between units only of one
 * product: published once, never changed, the same for every unit.
 */
public final class ProductIdentity {
    /** T10 VENDOR IDENTIFICATION, 8 characters. */
    public static final String VENDOR = "SANDSTON";

    /** PRODUCT IDENTIFICATION, 16 characters. */
    public static final String PRODUCT = "SANDSTONE ARRAY ";

    /** PRODUCT REVISION LEVEL, 4 characters. */
    public static final String REVISION = "0001";

    private ProductIdentity() {}
}
