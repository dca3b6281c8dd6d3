package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.WritePolicy;

/** Extended INQUIRY Data (SPC-4 7.8.7): all three task attributes; a volatile cache under the write-back policy. */
public final class ExtendedInquiryPage implements VpdPage {
    private static final int HEADER = 4;
    private static final int HEADSUP_ORDSUP_SIMPSUP = 0x07;
    private static final int V_SUP = 0x01;

    @Override
    public int code() {
        return 0x86;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        byte[] body = new byte[0x3C];
        body[5 - HEADER] = HEADSUP_ORDSUP_SIMPSUP;
        if (unit.volume().writePolicy() == WritePolicy.WRITE_BACK) {
            body[6 - HEADER] = V_SUP;
        }
        return body;
    }
}
