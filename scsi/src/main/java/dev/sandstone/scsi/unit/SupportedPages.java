package dev.sandstone.scsi.unit;

import java.util.Collection;
import java.util.stream.IntStream;

/** Supported VPD Pages (SPC-4 7.8.15): itself and the others, ascending. */
public final class SupportedPages implements VpdPage {
    private final byte[] codes;

    public SupportedPages(Collection<? extends VpdPage> others) {
        int[] sorted = IntStream.concat(IntStream.of(0), others.stream().mapToInt(VpdPage::code))
                .sorted()
                .toArray();
        codes = new byte[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            codes[i] = (byte) sorted[i];
        }
    }

    @Override
    public int code() {
        return 0x00;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return codes.clone();
    }
}
