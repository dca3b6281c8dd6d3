package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.unit.VpdPage;
import java.util.List;

/**
 * The rows of the primary commands. Which of them run under another nexus's reservation follows SPC-2 table 9. What the usage maps
 * leave out answers 24/00: SP of MODE SELECT (nothing is saved), CMDDT, third-party reservations, NACA.
 */
public final class PrimaryCommands {
    private PrimaryCommands() {}

    /**
     * All rows, in no order that matters.
     *
     * @param pages every VPD page that INQUIRY answers, the list of pages too
     */
    public static List<CommandRow> rows(List<VpdPage> pages) {
        Inquiry inquiry = new Inquiry(pages);
        return List.of(
                CommandRow.of("TEST UNIT READY", "00 00 000000 00")
                        .needsMedium()
                        .withoutUnit(TestUnitReady::start)
                        .runs(TestUnitReady::start),
                anywhere("REQUEST SENSE", "03 01 0000 FF 00")
                        .withoutUnit(RequestSense::startWithoutUnit)
                        .runs(RequestSense::start),
                anywhere("INQUIRY", "12 01 FF FFFF 00")
                        .withoutUnit(inquiry::startWithoutUnit)
                        .runs(inquiry::start),
                anywhere("REPORT LUNS", "A0 00 FF 000000 FFFFFFFF 00 00")
                        .withoutUnit(ReportLuns::start)
                        .runs(ReportLuns::start),
                CommandRow.of("MODE SENSE(6)", "1A 08 FF FF FF 00").dataIn().runs(ModeSense::start6),
                CommandRow.of("MODE SENSE(10)", "5A 18 FF FF 000000 FFFF 00")
                        .dataIn()
                        .runs(ModeSense::start10),
                CommandRow.of("MODE SELECT(6)", "15 10 0000 FF 00").dataOut().runs(ModeSelect::start6),
                CommandRow.of("MODE SELECT(10)", "55 10 0000000000 FFFF 00")
                        .dataOut()
                        .runs(ModeSelect::start10),
                CommandRow.of("RESERVE(6)", "16 00 000000 00")
                        .despiteReservation()
                        .runs(ReserveRelease::reserve),
                CommandRow.of("RELEASE(6)", "17 00 000000 00")
                        .despiteReservation()
                        .runs(ReserveRelease::release),
                CommandRow.of("RESERVE(10)", "56 00 00000000000000 00")
                        .despiteReservation()
                        .runs(ReserveRelease::reserve),
                CommandRow.of("RELEASE(10)", "57 00 00000000000000 00")
                        .despiteReservation()
                        .runs(ReserveRelease::release),
                CommandRow.of("PREVENT ALLOW MEDIUM REMOVAL", "1E 00 0000 01 00")
                        .despiteReservationIf(PreventAllow::isAllow)
                        .runs(PreventAllow::start),
                CommandRow.of("REPORT SUPPORTED OPERATION CODES", "A3 0C 87 FF FFFF FFFFFFFF 00 00")
                        .serviceAction()
                        .dataIn()
                        .despiteReservation()
                        .runs(ReportSupportedOperationCodes::start),
                CommandRow.of("REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", "A3 0D 80 000000 FFFFFFFF 00 00")
                        .serviceAction()
                        .dataIn()
                        .despiteReservation()
                        .runs(ReportSupportedTaskManagementFunctions::start));
    }

    /** SAM-5 5.14: not held up by unit attentions; nor by reservations. */
    private static CommandRow.Builder anywhere(String name, String usage) {
        return CommandRow.of(name, usage).dataIn().beforeAttention().despiteReservation();
    }
}
