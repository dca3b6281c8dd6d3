package dev.sandstone.copy.command;

import dev.sandstone.copy.token.PointInTimes;
import dev.sandstone.copy.token.RodTokens;
import dev.sandstone.scsi.command.CommandExtension;
import dev.sandstone.scsi.command.CommandHandler;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.reservation.ReservationAccess;
import java.util.List;

/** The third-party copy commands, to be added to the command table of an array. */
public final class CopyOffload {
    private CopyOffload() {}

    /** The least service action of the commands that work on tokens. */
    static final int FIRST_TOKEN_ACTION = 0x10;

    /**
     * New copy managers for the units of one array.
     *
     * @param times keeps what tokens name
     */
    public static CommandExtension commands(PointInTimes times) {
        CopyManager manager = new CopyManager();
        Originator originator = new Originator(manager);
        RodTokens rods = new RodTokens(times);
        ExtendedCopy copy = new ExtendedCopy(manager, originator);
        ReceiveCopy receive = new ReceiveCopy(manager);
        TokenCommands tokens = new TokenCommands(manager, originator, rods);
        TokenReports reports = new TokenReports(receive, rods);
        List<CommandRow> rows = List.of(
                out("EXTENDED COPY(LID1)", "SPC-4 6.5", "83 00 0000000000000000 FFFFFFFF 00 00", copy::lid1),
                out("EXTENDED COPY(LID4)", "SPC-4 6.4", "83 01 0000000000000000 FFFFFFFF 00 00", copy::lid4),
                CommandRow.of("POPULATE TOKEN", "SBC-4 5.12", "83 10 00000000 FFFFFFFF FFFFFFFF 1F 00")
                        .serviceAction()
                        .dataOut()
                        .needsMedium()
                        .readOnlyMay()
                        .reservationAccess(ReservationAccess.READS)
                        .runs(tokens::populate),
                CommandRow.of("WRITE USING TOKEN", "SBC-4 5.59", "83 11 00000000 FFFFFFFF FFFFFFFF 1F 00")
                        .serviceAction()
                        .dataOut()
                        .writes()
                        .runs(tokens::write),
                CommandRow.of("COPY OPERATION ABORT", "SPC-4 6.3", "83 1C FFFFFFFF 00000000 00000000 00 00")
                        .serviceAction()
                        .readOnlyMay()
                        .runs(copy::abort),
                in(
                        "RECEIVE COPY STATUS(LID1)",
                        "SPC-4 6.25",
                        "84 00 FF 00000000000000 FFFFFFFF 00 00",
                        receive::status1),
                in("RECEIVE COPY DATA(LID1)", "SPC-4 6.21", "84 01 FF 00000000000000 FFFFFFFF 00 00", receive::data1),
                in(
                        "RECEIVE COPY OPERATING PARAMETERS",
                        "SPC-4 6.23",
                        "84 03 0000000000000000 FFFFFFFF 00 00",
                        ReceiveCopy::operatingParameters),
                in(
                        "RECEIVE COPY FAILURE DETAILS(LID1)",
                        "SPC-4 6.22",
                        "84 04 FF 00000000000000 FFFFFFFF 00 00",
                        receive::failureDetails),
                in(
                        "RECEIVE COPY STATUS(LID4)",
                        "SPC-4 6.24",
                        "84 05 FFFFFFFF 00000000 FFFFFFFF 00 00",
                        receive::status4),
                in("RECEIVE COPY DATA(LID4)", "SPC-4 6.20", "84 06 FFFFFFFF 00000000 FFFFFFFF 00 00", receive::data4),
                in(
                        "RECEIVE ROD TOKEN INFORMATION",
                        "SPC-4 6.26",
                        "84 07 FFFFFFFF 00000000 FFFFFFFF 00 00",
                        reports::information),
                in("REPORT ALL ROD TOKENS", "SPC-4 6.31", "84 08 0000000000000000 FFFFFFFF 00 00", reports::all));
        return new CommandExtension(rows, List.of(new ThirdPartyCopyPage(rows)));
    }

    /** What may be read and written is judged unit by unit, whichever took the command. */
    private static CommandRow out(String name, String clause, String usage, CommandHandler handler) {
        return CommandRow.of(name, clause, usage)
                .serviceAction()
                .dataOut()
                .readOnlyMay()
                .runs(handler);
    }

    /** Persistent reservations let them all pass (SPC-4 table 65). */
    private static CommandRow in(String name, String clause, String usage, CommandHandler handler) {
        return CommandRow.of(name, clause, usage)
                .serviceAction()
                .dataIn()
                .readOnlyMay()
                .reservationAccess(ReservationAccess.FREE)
                .runs(handler);
    }
}
