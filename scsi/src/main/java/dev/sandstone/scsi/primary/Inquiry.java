package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.DeviceCommand;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.unit.DeviceIdentificationPage;
import dev.sandstone.scsi.unit.VpdPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INQUIRY (SPC-4 6.6), on any LUN: standard data, and vital product data pages. */
final class Inquiry {
    private static final int EVPD = 0;
    private static final int PAGE_CODE = 2;
    private static final int SUPPORTED_PAGES = 0x00;
    private static final int PAGE_HEADER_BYTES = 4;
    private static final int THIRD_PARTY_COPY = 0x8F;

    private final List<VpdPage> pages;

    Inquiry(List<VpdPage> pages) {
        this.pages = List.copyOf(pages);
    }

    void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        if (!cdb.bit(1, EVPD)) {
            standard(command, command.unit().attributes().removable());
            return;
        }
        VpdPage page = find(cdb.u8(PAGE_CODE));
        if (page == null) {
            throw cdb.invalid(PAGE_CODE);
        }
        byte[] body = page.body(command.unit(), command.nexus());
        command.good(page(StandardInquiry.peripheral(LunKind.BLOCK_DEVICE), page.code(), body), cdb.u16(3));
    }

    /**
     * Where there is no block device: the list of pages, and for the REPORT LUNS well known logical unit the page that names
     * the target (SPC-4 7.8.1: both are mandatory).
     */
    void startWithoutUnit(DeviceCommand command) {
        Cdb cdb = command.cdb();
        if (!cdb.bit(1, EVPD)) {
            standard(command, false);
            return;
        }
        boolean wellKnown = command.lunKind() == LunKind.REPORT_LUNS;
        int code = cdb.u8(PAGE_CODE);
        byte[] body;
        if (code == SUPPORTED_PAGES) {
            body = wellKnown
                    ? new byte[] {SUPPORTED_PAGES, (byte) DeviceIdentificationPage.CODE}
                    : new byte[] {SUPPORTED_PAGES};
        } else if (code == DeviceIdentificationPage.CODE && wellKnown) {
            body = DeviceIdentificationPage.target(command.route());
        } else {
            throw cdb.invalid(PAGE_CODE);
        }
        command.good(page(StandardInquiry.peripheral(command.lunKind()), code, body), cdb.u16(3));
    }

    private void standard(DeviceCommand command, boolean removable) {
        Cdb cdb = command.cdb();
        if (cdb.u8(PAGE_CODE) != 0) {
            throw cdb.invalid(PAGE_CODE);
        }
        int ports = command.route().ports().ports().size();
        byte[] data = StandardInquiry.data(command.lunKind(), removable, ports, find(THIRD_PARTY_COPY) != null);
        command.good(data, cdb.u16(3));
    }

    private @Nullable VpdPage find(int code) {
        for (VpdPage page : pages) {
            if (page.code() == code) {
                return page;
            }
        }
        return null;
    }

    private static byte[] page(int peripheral, int code, byte[] body) {
        byte[] page = new byte[PAGE_HEADER_BYTES + body.length];
        page[0] = (byte) peripheral;
        page[1] = (byte) code;
        page[2] = (byte) (body.length >>> 8);
        page[3] = (byte) body.length;
        System.arraycopy(body, 0, page, PAGE_HEADER_BYTES, body.length);
        return page;
    }
}
