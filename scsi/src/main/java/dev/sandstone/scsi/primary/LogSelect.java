package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.unit.UnitAttention;
import java.util.List;

/**
 * LOG SELECT (SPC-4 6.7) without parameter list: PCR gives the parameters of the pages named their default values, which is
 * zero for counters. All parameters are lists, for which PC is ignored; none is saved or can be given a value, so SP and a
 * PARAMETER LIST LENGTH are no part of the usage map.
 */
final class LogSelect {
    private static final int PCR = 1;
    private static final int PAGE = 2;
    private static final int SUBPAGE = 3;
    private static final int ALL_SUBPAGES = 0xFF;

    private final List<LogSense.Page> pages;

    LogSelect(List<LogSense.Page> pages) {
        this.pages = List.copyOf(pages);
    }

    void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        List<LogSense.Page> named = named(cdb);
        if (cdb.bit(1, PCR)) {
            boolean any = false;
            for (LogSense.Page page : named) {
                any |= page.reset().reset(command.unit());
            }
            if (any) {
                command.unit().attention(UnitAttention.LOG_PARAMETERS_CHANGED, command.nexus());
            }
        }
        command.good();
    }

    /** SPC-4 table 185. No page has subpages, so "all of them" is the page itself. */
    private List<LogSense.Page> named(Cdb cdb) {
        int code = cdb.bits(PAGE, 5, 0);
        int subpage = cdb.u8(SUBPAGE);
        if (subpage != 0 && subpage != ALL_SUBPAGES) {
            throw cdb.invalid(SUBPAGE);
        }
        if (code == 0) {
            return subpage == 0 ? pages : List.of();
        }
        List<LogSense.Page> found =
                pages.stream().filter(page -> page.code() == code).toList();
        if (found.isEmpty()) {
            throw cdb.invalid(PAGE, 5);
        }
        return found;
    }
}
