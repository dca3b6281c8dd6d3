package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.reservation.ReservationAccess;
import dev.sandstone.scsi.unit.VpdPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of the primary commands. Which of them run under another nexus's reservation follows SPC-2 table 9. What the usage maps
 * leave out answers 24/00: CMDDT, third-party reservations, NACA.
 */
public final class PrimaryCommands {
    private PrimaryCommands() {}

    /**
     * All rows, in no order that matters.
     *
     * @param pages every VPD page that INQUIRY answers, the list of pages too
     */
    public static List<CommandRow> rows(List<VpdPage> pages) {
        List<CommandRow> rows = new ArrayList<>(basic(new Inquiry(pages)));
        rows.addAll(reservations());
        rows.addAll(maintenance());
        return rows;
    }

    private static List<CommandRow> basic(Inquiry inquiry) {
        return List.of(
                CommandRow.of("TEST UNIT READY", "SPC-4 6.47", "00 00 000000 00")
                        .needsMedium()
                        .readOnlyMay()
                        .reservationAccess(ReservationAccess.FREE)
                        .withoutUnit(TestUnitReady::start)
                        .runs(TestUnitReady::start),
                anywhere("REQUEST SENSE", "SPC-4 6.39", "03 01 0000 FF 00")
                        .withoutUnit(RequestSense::startWithoutUnit)
                        .runs(RequestSense::start),
                anywhere("INQUIRY", "SPC-4 6.6", "12 01 FF FFFF 00")
                        .withoutUnit(inquiry::startWithoutUnit)
                        .runs(inquiry::start),
                anywhere("REPORT LUNS", "SPC-4 6.33", "A0 00 FF 000000 FFFFFFFF 00 00")
                        .withoutUnit(ReportLuns::start)
                        .runs(ReportLuns::start),
                reading("MODE SENSE(6)", "SPC-4 6.13", "1A 08 FF FF FF 00").runs(ModeSense::start6),
                reading("MODE SENSE(10)", "SPC-4 6.14", "5A 18 FF FF 000000 FFFF 00")
                        .runs(ModeSense::start10),
                CommandRow.of("MODE SELECT(6)", "SPC-4 6.11", "15 11 0000 FF 00")
                        .dataOut()
                        .runs(ModeSelect::start6),
                CommandRow.of("MODE SELECT(10)", "SPC-4 6.12", "55 11 0000000000 FFFF 00")
                        .dataOut()
                        .runs(ModeSelect::start10),
                CommandRow.of("PREVENT ALLOW MEDIUM REMOVAL", "SPC-4 6.21", "1E 00 0000 01 00")
                        .despiteReservationIf(PreventAllow::isAllow)
                        .readOnlyMay()
                        .runs(PreventAllow::start),
                CommandRow.of("REPORT SUPPORTED OPERATION CODES", "SPC-4 6.35", "A3 0C 87 FF FFFF FFFFFFFF 00 00")
                        .serviceAction()
                        .dataIn()
                        .despiteReservation()
                        .reservationAccess(ReservationAccess.READS)
                        .whileErasing()
                        .readOnlyMay()
                        .runs(ReportSupportedOperationCodes::start),
                CommandRow.of(
                                "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
                                "SPC-4 6.36",
                                "A3 0D 80 000000 FFFFFFFF 00 00")
                        .serviceAction()
                        .dataIn()
                        .despiteReservation()
                        .reservationAccess(ReservationAccess.READS)
                        .whileErasing()
                        .readOnlyMay()
                        .runs(ReportSupportedTaskManagementFunctions::start));
    }

    private static CommandRow.Builder free(String name, String clause, String usage) {
        return CommandRow.of(name, clause, usage)
                .dataIn()
                .reservationAccess(ReservationAccess.FREE)
                .whileErasing()
                .readOnlyMay();
    }

    private static List<CommandRow> maintenance() {
        LogSense logs = new LogSense(LogPages.all());
        LogSelect selection = new LogSelect(LogPages.all());
        return List.of(
                CommandRow.of("REPORT TARGET PORT GROUPS", "SPC-4 6.37", "A3 EA 00000000 FFFFFFFF 00 00")
                        .serviceAction()
                        .dataIn()
                        .despiteReservation()
                        .whileErasing()
                        .readOnlyMay()
                        .runs(TargetPortGroups::report),
                free("REPORT IDENTIFYING INFORMATION", "SPC-4 6.32", "A3 05 00000000 FFFFFFFF FE 00")
                        .serviceAction()
                        .despiteReservation()
                        .runs(IdentifyingInformation::report),
                CommandRow.of("SET IDENTIFYING INFORMATION", "SPC-4 6.43", "A4 06 00000000 FFFFFFFF FE 00")
                        .serviceAction()
                        .dataOut()
                        .runs(IdentifyingInformation::set),
                free("REPORT TIMESTAMP", "SPC-4 6.38", "A3 0F 00000000 FFFFFFFF 00 00")
                        .serviceAction()
                        .runs(Timestamp::report),
                CommandRow.of("LOG SELECT", "SPC-4 6.7", "4C 02 FF FF 000000 0000 00")
                        .runs(selection::start),
                free("LOG SENSE", "SPC-4 6.8", "4D 00 FF FF 00 FFFF FFFF 00")
                        .despiteReservation()
                        .runs(logs::start),
                CommandRow.of("SEND DIAGNOSTIC", "SPC-4 6.42", "1D F7 00 FFFF 00")
                        .dataOut()
                        .readOnlyMay()
                        .runs(Diagnostics::send),
                reading("RECEIVE DIAGNOSTIC RESULTS", "SPC-4 6.28", "1C 01 FF FFFF 00")
                        .runs(Diagnostics::receive),
                CommandRow.of("SET TARGET PORT GROUPS", "SPC-4 6.45", "A4 0A 00000000 FFFFFFFF 00 00")
                        .serviceAction()
                        .dataOut()
                        .runs(TargetPortGroups::set));
    }

    private static List<CommandRow> reservations() {
        return List.of(
                CommandRow.of("RESERVE(6)", "SPC-2 7.22", "16 00 000000 00")
                        .despiteReservation()
                        .runs(ReserveRelease::reserve),
                CommandRow.of("RELEASE(6)", "SPC-2 7.17", "17 00 000000 00")
                        .despiteReservation()
                        .readOnlyMay()
                        .runs(ReserveRelease::release),
                CommandRow.of("RESERVE(10)", "SPC-2 7.21", "56 00 00000000000000 00")
                        .despiteReservation()
                        .runs(ReserveRelease::reserve),
                CommandRow.of("RELEASE(10)", "SPC-2 7.16", "57 00 00000000000000 00")
                        .despiteReservation()
                        .readOnlyMay()
                        .runs(ReserveRelease::release),
                persistentIn("READ KEYS", 0).runs(PersistentReserveIn::readKeys),
                persistentIn("READ RESERVATION", 1).runs(PersistentReserveIn::readReservation),
                persistentIn("REPORT CAPABILITIES", 2).runs(PersistentReserveIn::reportCapabilities),
                persistentIn("READ FULL STATUS", 3).runs(PersistentReserveIn::readFullStatus),
                persistentOut("REGISTER", PersistentReserveOut.REGISTER, "FF"),
                persistentOut("RESERVE", PersistentReserveOut.RESERVE, "FF"),
                persistentOut("RELEASE", PersistentReserveOut.RELEASE, "FF"),
                persistentOut("CLEAR", PersistentReserveOut.CLEAR, "FF"),
                persistentOut("PREEMPT", PersistentReserveOut.PREEMPT, "FF"),
                persistentOut("PREEMPT AND ABORT", PersistentReserveOut.PREEMPT_AND_ABORT, "FF"),
                persistentOut("REGISTER AND IGNORE EXISTING KEY", PersistentReserveOut.REGISTER_AND_IGNORE, "FF"),
                persistentOut("REGISTER AND MOVE", PersistentReserveOut.REGISTER_AND_MOVE, "FF"));
    }

    private static CommandRow.Builder persistentIn(String action, int code) {
        String usage = String.format(Locale.ROOT, "5E %02X 0000000000 FFFF 00", code);
        return CommandRow.of("PERSISTENT RESERVE IN, " + action, "SPC-4 6.16", usage)
                .serviceAction()
                .dataIn()
                .unlessReserved()
                .reservationAccess(ReservationAccess.FREE)
                .whileErasing()
                .readOnlyMay();
    }

    /** Judges by itself: what it may do depends on the key it brings. */
    private static CommandRow persistentOut(String action, int code, String scopeAndType) {
        String usage = String.format(Locale.ROOT, "5F %02X %s 0000 FFFFFFFF 00", code, scopeAndType);
        return CommandRow.of("PERSISTENT RESERVE OUT, " + action, "SPC-4 6.17", usage)
                .serviceAction()
                .dataOut()
                .unlessReserved()
                .reservationAccess(ReservationAccess.FREE)
                .runs(PersistentReserveOut::start);
    }

    private static CommandRow.Builder reading(String name, String clause, String usage) {
        return CommandRow.of(name, clause, usage)
                .dataIn()
                .reservationAccess(ReservationAccess.READS)
                .whileErasing()
                .readOnlyMay();
    }

    /** SAM-5 5.14: not held up by unit attentions; nor by reservations. */
    private static CommandRow.Builder anywhere(String name, String clause, String usage) {
        return CommandRow.of(name, clause, usage)
                .dataIn()
                .beforeAttention()
                .despiteReservation()
                .readOnlyMay();
    }
}
