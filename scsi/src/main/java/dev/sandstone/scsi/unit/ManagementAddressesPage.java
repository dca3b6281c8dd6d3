package dev.sandstone.scsi.unit;

/** Management Network Addresses (SPC-4 7.8.9): the array is not managed through its units, so it names none. */
public final class ManagementAddressesPage implements VpdPage {
    @Override
    public int code() {
        return 0x85;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return new byte[0];
    }
}
