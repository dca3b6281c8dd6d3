package dev.sandstone.scsi.primary;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.primary.LogSense.Page;
import dev.sandstone.scsi.primary.LogSense.Parameter;
import dev.sandstone.scsi.unit.ProvisioningPage;
import dev.sandstone.scsi.unit.SpaceSource;
import dev.sandstone.scsi.unit.UnitStatistics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** The log pages that every unit has. */
final class LogPages {
    /** FORMAT AND LINKING 11b: a binary list, in every control byte. */
    private static final int LIST = 0x03;

    private static final byte UNKNOWN_TEMPERATURE = (byte) 0xFF;
    private static final int DEDICATED = 1;
    private static final int SHARED = 2;

    private LogPages() {}

    /** Logical Block Provisioning, Temperature, General Statistics and Performance, Informational Exceptions. */
    static List<Page> all() {
        return List.of(
                new Page(0x0C, LogPages::provisioning),
                new Page(0x0D, LogPages::temperature),
                new Page(0x19, LogPages::statistics, unit -> {
                    unit.statistics().reset();
                    return true;
                }),
                new Page(0x2F, LogPages::exceptions));
    }

    /** SBC-3 6.3.4: what is available in the pool, which units share, and what this unit uses, in threshold sets. */
    private static void provisioning(UnitCommand command) {
        command.perform(
                done -> command.unit()
                        .space()
                        .ask(space -> command.unit().run(() -> {
                            command.attach(space);
                            done.done(EngineStatus.OK, 0);
                        })),
                LogPages::provisioningKnown);
    }

    private static void provisioningKnown(UnitCommand command) {
        SpaceSource.Space space = (SpaceSource.Space) Objects.requireNonNull(command.attachment());
        LogSense.answer(
                command,
                List.of(resource(1, space.availableBytes(), SHARED), resource(2, space.usedBytes(), DEDICATED)));
    }

    private static Parameter resource(int code, long bytes, int scope) {
        int sets = (int) Math.min(bytes / ProvisioningPage.SET_BYTES, 0xFFFF_FFFFL);
        byte[] value = ByteBuffer.allocate(8).putInt(sets).put((byte) scope).array();
        return new Parameter(code, LIST, value);
    }

    /** SPC-4 7.3.21: no sensor is known. */
    private static void temperature(UnitCommand command) {
        byte[] unknown = {0, UNKNOWN_TEMPERATURE};
        LogSense.answer(command, List.of(new Parameter(0, LIST, unknown), new Parameter(1, LIST, unknown)));
    }

    /** SPC-4 7.3.9; times are not measured, which zero says. */
    private static void statistics(UnitCommand command) {
        UnitStatistics counts = command.unit().statistics();
        byte[] access = ByteBuffer.allocate(64)
                .putLong(counts.reads())
                .putLong(counts.writes())
                .putLong(counts.readBlocks())
                .putLong(counts.writtenBlocks())
                .array();
        LogSense.answer(
                command,
                List.of(
                        new Parameter(1, LIST, access),
                        new Parameter(2, LIST, new byte[8]),
                        new Parameter(3, LIST, new byte[8])));
    }

    /** SPC-4 7.3.11: there are none. */
    private static void exceptions(UnitCommand command) {
        LogSense.answer(command, List.of(new Parameter(0, LIST, new byte[] {0, 0, UNKNOWN_TEMPERATURE, 0})));
    }
}
