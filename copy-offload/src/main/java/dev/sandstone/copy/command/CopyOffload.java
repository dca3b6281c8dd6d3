package dev.sandstone.copy.command;

import dev.sandstone.scsi.command.CommandExtension;
import dev.sandstone.scsi.command.CommandHandler;
import dev.sandstone.scsi.command.CommandRow;
import java.util.List;

/** The third-party copy commands, to be added to the command table of an array. */
public final class CopyOffload {
    private CopyOffload() {}

    /** New copy managers for the units of one array. */
    public static CommandExtension commands() {
        CopyManager manager = new CopyManager();
        ExtendedCopy copy = new ExtendedCopy(manager);
        ReceiveCopy receive = new ReceiveCopy(manager);
        List<CommandRow> rows = List.of(
                out("EXTENDED COPY(LID1)", "83 00 0000000000000000 FFFFFFFF 00 00", copy::lid1),
                out("EXTENDED COPY(LID4)", "83 01 0000000000000000 FFFFFFFF 00 00", copy::lid4),
                CommandRow.of("COPY OPERATION ABORT", "83 1C FFFFFFFF 00000000 00000000 00 00")
                        .serviceAction()
                        .runs(copy::abort),
                in("RECEIVE COPY STATUS(LID1)", "84 00 FF 00000000000000 FFFFFFFF 00 00", receive::status1),
                in("RECEIVE COPY DATA(LID1)", "84 01 FF 00000000000000 FFFFFFFF 00 00", receive::data1),
                in(
                        "RECEIVE COPY OPERATING PARAMETERS",
                        "84 03 0000000000000000 FFFFFFFF 00 00",
                        ReceiveCopy::operatingParameters),
                in(
                        "RECEIVE COPY FAILURE DETAILS(LID1)",
                        "84 04 FF 00000000000000 FFFFFFFF 00 00",
                        receive::failureDetails),
                in("RECEIVE COPY STATUS(LID4)", "84 05 FFFFFFFF 00000000 FFFFFFFF 00 00", receive::status4),
                in("RECEIVE COPY DATA(LID4)", "84 06 FFFFFFFF 00000000 FFFFFFFF 00 00", receive::data4));
        return new CommandExtension(rows, List.of(new ThirdPartyCopyPage(rows)));
    }

    private static CommandRow out(String name, String usage, CommandHandler handler) {
        return CommandRow.of(name, usage).serviceAction().dataOut().runs(handler);
    }

    private static CommandRow in(String name, String usage, CommandHandler handler) {
        return CommandRow.of(name, usage).serviceAction().dataIn().runs(handler);
    }
}
