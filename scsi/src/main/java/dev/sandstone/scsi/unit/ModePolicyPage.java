package dev.sandstone.scsi.unit;

/** Mode Page Policy (SPC-4 7.8.8): all pages and subpages are shared by all nexuses. */
public final class ModePolicyPage implements VpdPage {
    private static final byte[] ALL_SHARED = {0x3F, (byte) 0xFF, 0, 0};

    @Override
    public int code() {
        return 0x87;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return ALL_SHARED.clone();
    }
}
