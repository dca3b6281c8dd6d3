package dev.sandstone.scsi.block;

import dev.sandstone.scsi.command.CommandHandler;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.reservation.ReservationAccess;
import dev.sandstone.scsi.unit.VpdPage;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of the block commands and the VPD pages that belong to them.
 *
 * <p>What the usage maps leave out answers 24/00: RDPROTECT, WRPROTECT and VRPROTECT (no protection information), ANCHOR (no
 * anchored blocks), NACA in CONTROL. GROUP NUMBER is taken and ignored, as grouping is not supported (SBC-3 4.22).
 */
public final class BlockCommands {
    private BlockCommands() {}

    /** Block Limits, Block Device Characteristics, Logical Block Provisioning. */
    public static List<VpdPage> vpdPages() {
        return List.of(new BlockLimitsPage(), new BlockCharacteristicsPage(), new BlockProvisioningPage());
    }

    /** All rows, in no order that matters. */
    public static List<CommandRow> rows() {
        List<CommandRow> rows = new ArrayList<>(transfers());
        rows.addAll(others());
        return rows;
    }

    private static List<CommandRow> transfers() {
        return List.of(
                read("READ(6)", "SBC-3 5.10", "08 1F FFFF FF 00"),
                read("READ(10)", "SBC-3 5.11", "28 18 FFFFFFFF 1F FFFF 00"),
                read("READ(12)", "SBC-3 5.12", "A8 18 FFFFFFFF FFFFFFFF 1F 00"),
                read("READ(16)", "SBC-3 5.13", "88 18 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00"),
                write("WRITE(6)", "SBC-3 5.34", "0A 1F FFFF FF 00", Write::start),
                write("WRITE(10)", "SBC-3 5.35", "2A 18 FFFFFFFF 1F FFFF 00", Write::start),
                write("WRITE(12)", "SBC-3 5.36", "AA 18 FFFFFFFF FFFFFFFF 1F 00", Write::start),
                write("WRITE(16)", "SBC-3 5.37", "8A 18 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00", Write::start),
                write("WRITE AND VERIFY(10)", "SBC-3 5.39", "2E 12 FFFFFFFF 1F FFFF 00", WriteAndVerify::start),
                write("WRITE AND VERIFY(12)", "SBC-3 5.40", "AE 12 FFFFFFFF FFFFFFFF 1F 00", WriteAndVerify::start),
                write(
                        "WRITE AND VERIFY(16)",
                        "SBC-3 5.41",
                        "8E 12 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00",
                        WriteAndVerify::start),
                verify("VERIFY(10)", "SBC-3 5.30", "2F 16 FFFFFFFF 1F FFFF 00"),
                verify("VERIFY(12)", "SBC-3 5.31", "AF 16 FFFFFFFF FFFFFFFF 1F 00"),
                verify("VERIFY(16)", "SBC-3 5.32", "8F 16 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00"),
                write("ORWRITE(16)", "SBC-3 5.5", "8B 18 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00", OrWrite::start),
                write("WRITE ATOMIC(16)", "SBC-4 5.48", "9C 18 FFFFFFFFFFFFFFFF 0000 FFFF 1F 00", WriteAtomic::start),
                write(
                        "COMPARE AND WRITE",
                        "SBC-3 5.2",
                        "89 18 FFFFFFFFFFFFFFFF 000000 FF 1F 00",
                        CompareAndWrite::start),
                write("WRITE SAME(10)", "SBC-3 5.42", "41 08 FFFFFFFF 1F FFFF 00", WriteSame::start),
                write("WRITE SAME(16)", "SBC-3 5.43", "93 09 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00", WriteSame::start),
                write("UNMAP", "SBC-3 5.28", "42 00 00000000 1F FFFF 00", Unmap::start));
    }

    private static List<CommandRow> others() {
        return List.of(
                CommandRow.of("FORMAT UNIT", "SBC-3 5.3", "04 FF 000000 00")
                        .dataOut()
                        .writes()
                        .afterFailedErase()
                        .runs(FormatUnit::start),
                sanitize("OVERWRITE", "48 A1 0000000000 FFFF 00").dataOut().runs(Sanitize::overwrite),
                sanitize("BLOCK ERASE", "48 A2 0000000000 FFFF 00").runs(Sanitize::erase),
                sanitize("CRYPTOGRAPHIC ERASE", "48 A3 0000000000 FFFF 00").runs(Sanitize::erase),
                sanitize("EXIT FAILURE MODE", "48 1F 0000000000 FFFF 00").runs(Sanitize::exitFailureMode),
                data("GET LBA STATUS(16)", "SBC-3 5.4", "9E 12 FFFFFFFFFFFFFFFF FFFFFFFF 00 00")
                        .serviceAction()
                        .runs(GetLbaStatus::start16),
                data(
                                "GET LBA STATUS(32)",
                                "SBC-4 5.9",
                                "7F 00 00000000 00 18 0012 0000 FFFFFFFFFFFFFFFF FFFFFFFF 00000000 FFFFFFFF")
                        .serviceAction()
                        .unlisted()
                        .runs(GetLbaStatus::start32),
                plain("SYNCHRONIZE CACHE(10)", "SBC-3 5.26", "35 06 FFFFFFFF 1F FFFF 00", SynchronizeCache::start),
                plain(
                        "SYNCHRONIZE CACHE(16)",
                        "SBC-3 5.27",
                        "91 06 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00",
                        SynchronizeCache::start),
                preFetch("PRE-FETCH(10)", "SBC-3 5.6", "34 02 FFFFFFFF 1F FFFF 00"),
                preFetch("PRE-FETCH(16)", "SBC-3 5.7", "90 02 FFFFFFFFFFFFFFFF FFFFFFFF 1F 00"),
                data("READ DEFECT DATA(10)", "SBC-3 5.17", "37 00 1F 00000000 FFFF 00")
                        .runs(ReadDefectData::start10),
                data("READ DEFECT DATA(12)", "SBC-3 5.18", "B7 1F FFFFFFFF FFFFFFFF 00 00")
                        .runs(ReadDefectData::start12),
                data("READ CAPACITY(10)", "SBC-3 5.15", "25 00 FFFFFFFF 0000 01 00")
                        .despiteReservation()
                        .reservationAccess(ReservationAccess.FREE)
                        .runs(ReadCapacity::start10),
                data("READ CAPACITY(16)", "SBC-3 5.16", "9E 10 FFFFFFFFFFFFFFFF FFFFFFFF 01 00")
                        .serviceAction()
                        .despiteReservation()
                        .reservationAccess(ReservationAccess.FREE)
                        .runs(ReadCapacity::start16),
                CommandRow.of("START STOP UNIT", "SBC-3 5.25", "1B 01 00 0F F7 00")
                        .despiteReservationIf(StartStopUnit::isPlainStart)
                        .readOnlyMayIf(StartStopUnit::isPlainStart)
                        .runs(StartStopUnit::start));
    }

    private static CommandRow.Builder sanitize(String action, String usage) {
        return CommandRow.of("SANITIZE, " + action, "SBC-3 5.24", usage)
                .serviceAction()
                .writes()
                .afterFailedErase();
    }

    private static CommandRow read(String name, String clause, String usage) {
        return data(name, clause, usage).runs(Read::start);
    }

    private static CommandRow write(String name, String clause, String usage, CommandHandler handler) {
        return CommandRow.of(name, clause, usage).dataOut().writes().runs(handler);
    }

    private static CommandRow verify(String name, String clause, String usage) {
        return CommandRow.of(name, clause, usage)
                .dataOut()
                .needsMedium()
                .readOnlyMay()
                .reservationAccess(ReservationAccess.READS)
                .runs(Verify::start);
    }

    private static CommandRow preFetch(String name, String clause, String usage) {
        return CommandRow.of(name, clause, usage)
                .needsMedium()
                .readOnlyMay()
                .reservationAccess(ReservationAccess.READS)
                .runs(PreFetch::start);
    }

    private static CommandRow plain(String name, String clause, String usage, CommandHandler handler) {
        return CommandRow.of(name, clause, usage).needsMedium().readOnlyMay().runs(handler);
    }

    private static CommandRow.Builder data(String name, String clause, String usage) {
        return CommandRow.of(name, clause, usage)
                .dataIn()
                .needsMedium()
                .readOnlyMay()
                .reservationAccess(ReservationAccess.READS);
    }
}
