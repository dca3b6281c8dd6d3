package dev.sandstone.scsi.unit;

import java.nio.charset.StandardCharsets;

/** Unit Serial Number (SPC-4 7.8.17). */
public final class SerialNumberPage implements VpdPage {
    @Override
    public int code() {
        return 0x80;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return unit.attributes().serial().getBytes(StandardCharsets.US_ASCII);
    }
}
