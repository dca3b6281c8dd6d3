package dev.sandstone.scsi.block;

import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of the medium piece by piece, in bounded memory, and compares it when there is something to compare with.
 * Attached to its command; ends it with GOOD, MISCOMPARE or what the medium says.
 */
final class MediumCheck {
    private static final SenseData MISCOMPARE =
            SenseData.of(SenseKey.MISCOMPARE, AdditionalSense.MISCOMPARE_DURING_VERIFY_OPERATION);

    private final long lba;
    private final int bytes;
    private final @Nullable ByteBuffer expected;
    private final ByteBuffer piece;
    private final int pieceBytes;
    private int done;

    private MediumCheck(long lba, int bytes, @Nullable ByteBuffer expected, ByteBuffer piece) {
        this.lba = lba;
        this.bytes = bytes;
        this.expected = expected == null ? null : expected.slice();
        this.piece = piece;
        this.pieceBytes = piece.limit();
    }

    /**
     * Prepares the check of the blocks that the command's transfer length says; {@link #run} is the step that starts it.
     *
     * @param expected as many bytes as the range has, or one block that each block must equal; null compares nothing
     */
    static void attach(UnitCommand command, @Nullable ByteBuffer expected) {
        attach(command, BlockCdb.bytes(BlockCdb.blocks(command.cdb())), expected);
    }

    /** As above, for the first {@code bytes} of the range. */
    static void attach(UnitCommand command, int bytes, @Nullable ByteBuffer expected) {
        ByteBuffer piece = command.scratch(Math.min(bytes, UnitCommand.SCRATCH_BYTES));
        command.attach(new MediumCheck(BlockCdb.lba(command.cdb()), bytes, expected, piece));
    }

    /** Reads the next piece, or ends the command. */
    static void run(UnitCommand command) {
        MediumCheck check = of(command);
        int left = check.bytes - check.done;
        if (left == 0) {
            command.good();
            return;
        }
        check.piece.clear().limit(Math.min(left, check.pieceBytes));
        long at = check.lba + (check.done >>> BlockLimits.BLOCK_SHIFT);
        command.read(at, check.piece, MediumCheck::compare);
    }

    private static void compare(UnitCommand command) {
        MediumCheck check = of(command);
        if (!check.matches()) {
            command.check(MISCOMPARE);
            return;
        }
        check.done += check.piece.limit();
        run(command);
    }

    private boolean matches() {
        if (expected == null) {
            return true;
        }
        int length = piece.limit();
        if (expected.limit() == bytes) {
            return piece.slice(0, length).equals(expected.slice(done, length));
        }
        ByteBuffer block = expected.slice(0, BlockLimits.BLOCK_BYTES);
        for (int at = 0; at < length; at += BlockLimits.BLOCK_BYTES) {
            if (!piece.slice(at, BlockLimits.BLOCK_BYTES).equals(block)) {
                return false;
            }
        }
        return true;
    }

    private static MediumCheck of(UnitCommand command) {
        return (MediumCheck) Objects.requireNonNull(command.attachment());
    }
}
