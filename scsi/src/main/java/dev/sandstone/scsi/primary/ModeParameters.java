package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.unit.ModePage;
import dev.sandstone.scsi.unit.ModePages;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameter list of MODE SELECT (SPC-4 7.5.4; layout as in {@link ModeHeader}). MODE DATA LENGTH and the device-specific
 * parameter are reserved here and not looked at, nor is PS of a page, so what MODE SENSE returned may be sent back.
 */
final class ModeParameters {
    private static final int SPF = 6;

    private final ParameterList list;
    private final int firstPage;

    private ModeParameters(ParameterList list, int firstPage) {
        this.list = list;
        this.firstPage = firstPage;
    }

    /** Checks header and block descriptor: a medium type, or another number or length of blocks, answers 26/00. */
    static ModeParameters parse(ParameterList list, boolean ten, long blocks) {
        int header = ten ? ModeHeader.BYTES_10 : ModeHeader.BYTES_6;
        list.require(0, header);
        int mediumType = ten ? 2 : 1;
        if (list.u8(mediumType) != 0) {
            throw list.invalid(mediumType);
        }
        boolean longDescriptor = ten && list.bit(4, 0);
        int lengthField = ten ? 6 : 3;
        int descriptorBytes = ten ? list.u16(lengthField) : list.u8(lengthField);
        int oneDescriptor = longDescriptor ? ModeHeader.LONG_DESCRIPTOR_BYTES : ModeHeader.SHORT_DESCRIPTOR_BYTES;
        if (descriptorBytes != 0) {
            if (descriptorBytes != oneDescriptor) {
                throw list.invalid(lengthField);
            }
            checkDescriptor(list, header, longDescriptor, blocks);
        }
        return new ModeParameters(list, header + descriptorBytes);
    }

    /** Checks every page, then takes them all; returns whether any value changed. */
    boolean select(ModePages pages) {
        List<ModePage> targets = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        int at = firstPage;
        while (at < list.length()) {
            ModePage page = check(pages, at);
            targets.add(page);
            values.add(list.bytes(at, page.length()));
            at += page.length();
        }
        boolean changed = false;
        for (int i = 0; i < targets.size(); i++) {
            changed |= targets.get(i).select(values.get(i));
        }
        return changed;
    }

    private ModePage check(ModePages pages, int at) {
        boolean subpageFormat = list.bit(at, SPF);
        list.require(at, subpageFormat ? 4 : 2);
        ModePage page = pages.find(list.u8(at) & 0x3F, subpageFormat ? list.u8(at + 1) : 0);
        if (page == null || (page.headerBytes() == 4) != subpageFormat) {
            throw list.invalid(at, 5);
        }
        int length = subpageFormat ? list.u16(at + 2) : list.u8(at + 1);
        if (length + page.headerBytes() != page.length()) {
            throw list.invalid(subpageFormat ? at + 2 : at + 1);
        }
        int wrong = page.firstUnchangeable(list.bytes(at, page.length()));
        if (wrong >= 0) {
            throw list.invalid(at + wrong / 8, wrong % 8);
        }
        return page;
    }

    private static void checkDescriptor(ParameterList list, int at, boolean isLong, long blocks) {
        list.require(at, isLong ? ModeHeader.LONG_DESCRIPTOR_BYTES : ModeHeader.SHORT_DESCRIPTOR_BYTES);
        long asked = isLong ? list.u64(at) : list.u32(at);
        long now = isLong ? blocks : Math.min(blocks, ModeHeader.MORE_THAN_32_BITS);
        // Zero leaves the number of blocks as it is (SBC-3 6.4.2.2).
        if (asked != 0 && asked != now) {
            throw list.invalid(at);
        }
        int lengthAt = at + (isLong ? 12 : 4);
        long blockLength = isLong ? list.u32(lengthAt) : list.u32(lengthAt) & 0xFF_FFFF;
        if (blockLength != ModeHeader.BLOCK_BYTES) {
            throw list.invalid(isLong ? lengthAt : lengthAt + 1);
        }
    }
}
