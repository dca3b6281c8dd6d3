package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * LOG SENSE (SPC-4 6.8). Counters count from the start of the array or their last reset; there are no thresholds in log parameters and nothing is saved.
 * A page is its parameters in ascending order of their codes:
 *
 * <pre>
 *   0  DS 1 (nothing saved), SPF, PAGE CODE     parameter: 0  PARAMETER CODE (2)
 *   1  SUBPAGE CODE                                        2  control byte
 *   2  PAGE LENGTH (2)                                     3  PARAMETER LENGTH
 *   4  parameters                                          4  value
 * </pre>
 */
final class LogSense {
    private static final int PAGE = 2;
    private static final int SUBPAGE = 3;
    private static final int PARAMETER_POINTER = 5;
    private static final int ALLOCATION_LENGTH = 7;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int DS = 0x80;
    private static final int SPF = 0x40;

    /** Makes the parameters of a page, then hands them over. */
    @FunctionalInterface
    interface Source {
        void parameters(UnitCommand command);
    }

    /** Gives the parameters of a page their default values. */
    @FunctionalInterface
    interface Reset {
        /** @return whether the page has any that take them */
        boolean reset(LogicalUnit unit);
    }

    /** A page: its code, and what gathers and resets its parameters. */
    record Page(int code, Source source, Reset reset) {
        /** A page whose parameters tell what is, and so have no other values. */
        Page(int code, Source source) {
            this(code, source, unit -> false);
        }
    }

    /** A parameter: its code, control byte and value. */
    record Parameter(int code, int control, byte[] value) {}

    private final List<Page> pages;

    /** @param pages without the list of pages, ascending */
    LogSense(List<Page> pages) {
        this.pages = List.copyOf(pages);
    }

    void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        int code = cdb.bits(PAGE, 5, 0);
        int subpage = cdb.u8(SUBPAGE);
        if (code == 0 && (subpage == 0 || subpage == ALL_SUBPAGES)) {
            supported(command, subpage == ALL_SUBPAGES);
            return;
        }
        Page page = find(code);
        if (page == null) {
            throw cdb.invalid(PAGE, 5);
        }
        if (subpage != 0) {
            throw cdb.invalid(SUBPAGE);
        }
        page.source().parameters(command);
    }

    private @Nullable Page find(int code) {
        for (Page page : pages) {
            if (page.code() == code) {
                return page;
            }
        }
        return null;
    }

    private void supported(UnitCommand command, boolean subpages) {
        Cdb cdb = command.cdb();
        if (cdb.u16(PARAMETER_POINTER) != 0) {
            throw cdb.invalid(PARAMETER_POINTER);
        }
        ByteArrayOutputStream codes = new ByteArrayOutputStream();
        codes.write(0);
        if (subpages) {
            codes.write(0);
            codes.write(0);
            codes.write(ALL_SUBPAGES);
        }
        for (Page page : pages) {
            codes.write(page.code());
            if (subpages) {
                codes.write(0);
            }
        }
        answer(command, codes.toByteArray());
    }

    /** Ends the command with these parameters, from the one that PARAMETER POINTER names on. */
    static void answer(UnitCommand command, List<Parameter> parameters) {
        Cdb cdb = command.cdb();
        int from = cdb.u16(PARAMETER_POINTER);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean any = false;
        for (Parameter parameter : parameters) {
            if (parameter.code() >= from) {
                any = true;
                body.write(parameter.code() >>> 8);
                body.write(parameter.code());
                body.write(parameter.control());
                body.write(parameter.value().length);
                body.writeBytes(parameter.value());
            }
        }
        if (!any) {
            throw cdb.invalid(PARAMETER_POINTER);
        }
        answer(command, body.toByteArray());
    }

    private static void answer(UnitCommand command, byte[] body) {
        Cdb cdb = command.cdb();
        int subpage = cdb.u8(SUBPAGE);
        ByteBuffer data = ByteBuffer.allocate(4 + body.length);
        data.put((byte) (DS | (subpage == 0 ? 0 : SPF) | cdb.bits(PAGE, 5, 0))).put((byte) subpage);
        data.putShort((short) body.length).put(body);
        command.good(data.array(), cdb.u16(ALLOCATION_LENGTH));
    }
}
