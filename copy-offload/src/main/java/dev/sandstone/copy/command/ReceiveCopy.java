package dev.sandstone.copy.command;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.ScsiStatus;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an initiator asks of its copies: RECEIVE COPY STATUS, DATA, OPERATING PARAMETERS, FAILURE DETAILS (SPC-4 6.20 to
 * 6.25). An unknown list identifier ends with 24/00. No data is ever held.
 */
final class ReceiveCopy {
    private static final int LIST_IDENTIFIER = 2;
    private static final int ALLOCATION_LENGTH = 10;

    private static final int IN_PROGRESS = 0;
    private static final int ENDED_WELL = 1;
    private static final int ENDED_WITH_ERRORS = 2;
    private static final int DETAILS_HEADER = 60;
    private static final int TASK_ABORTED = 0x40;

    /** ESTIMATED STATUS UPDATE DELAY, in milliseconds, and the value for an operation that has ended. */
    private static final int UPDATE_DELAY_MS = 500;

    private static final int NO_UPDATE = 0xFFFF_FFFE;

    static final int STATUS_HEADER = 32;
    static final int UNITS_BYTES = 0x00;
    static final int UNITS_BLOCKS = 0xF1;

    private final CopyManager manager;

    ReceiveCopy(CopyManager manager) {
        this.manager = manager;
    }

    /** RECEIVE COPY STATUS(LID1): how a copy ended is told once. */
    void status1(UnitCommand command) {
        CopyOperation operation = find(command, command.cdb().u8(LIST_IDENTIFIER));
        if (operation.wasStatusTold()) {
            throw unknown(command);
        }
        int status = IN_PROGRESS;
        if (!operation.isRunning()) {
            operation.statusTold();
            status = operation.status() == CopyOperation.COMPLETED ? ENDED_WELL : ENDED_WITH_ERRORS;
        }
        ByteBuffer data = ByteBuffer.allocate(12);
        data.putInt(8).put((byte) status);
        data.putShort((short) operation.work().segmentsBegun());
        data.put((byte) UNITS_BYTES);
        data.putInt((int) (operation.work().transferred() * CopyLimits.BLOCK_BYTES));
        answer(command, data.array());
    }

    /** RECEIVE COPY STATUS(LID4). */
    void status4(UnitCommand command) {
        CopyOperation operation = find(command, command.cdb().u32(LIST_IDENTIFIER));
        answer(command, header(command, operation, UNITS_BYTES, 0));
    }

    /** RECEIVE COPY DATA(LID1). */
    void data1(UnitCommand command) {
        finished(command, command.cdb().u8(LIST_IDENTIFIER));
        answer(command, new byte[4]);
    }

    /** RECEIVE COPY DATA(LID4). */
    void data4(UnitCommand command) {
        CopyOperation operation = find(command, command.cdb().u32(LIST_IDENTIFIER));
        answer(command, header(command, operation, UNITS_BYTES, 4));
    }

    /** RECEIVE COPY FAILURE DETAILS(LID1): told once. */
    void failureDetails(UnitCommand command) {
        CopyOperation operation = finished(command, command.cdb().u8(LIST_IDENTIFIER));
        byte[] sense = sense(command, operation);
        if (sense.length == 0 || operation.wasFailureTold()) {
            answer(command, new byte[4]);
            return;
        }
        ByteBuffer data = ByteBuffer.allocate(DETAILS_HEADER + sense.length);
        data.putInt(data.capacity() - 4);
        data.put(56, (byte) ScsiStatus.CHECK_CONDITION);
        data.putShort(58, (short) sense.length);
        data.put(DETAILS_HEADER, sense);
        long allocation = command.cdb().u32(ALLOCATION_LENGTH);
        if (allocation == 0 || allocation >= data.capacity()) {
            operation.failureTold();
        }
        answer(command, data.array());
    }

    /** RECEIVE COPY OPERATING PARAMETERS. */
    static void operatingParameters(UnitCommand command) {
        ByteBuffer data = ByteBuffer.allocate(46);
        data.putInt(data.capacity() - 4);
        data.put((byte) 1); // SNLID: LIST ID USAGE 11b is served
        data.position(8);
        data.putShort((short) CopyLimits.CSCDS);
        data.putShort((short) CopyLimits.SEGMENTS);
        data.putInt(CopyLimits.DESCRIPTOR_BYTES);
        data.putInt(CopyLimits.SEGMENT_BYTES);
        data.position(34);
        data.putShort((short) CopyLimits.CONCURRENT);
        data.put((byte) CopyLimits.CONCURRENT);
        data.put((byte) CopyLimits.GRANULARITY);
        data.put(43, (byte) 2);
        data.put(44, (byte) SegmentDescriptor.TYPE_CODE);
        data.put(45, (byte) Cscd.TYPE_CODE);
        answer(command, data.array());
    }

    /**
     * The shared third-party copy status header (SPC-4 table 248) with the sense data, and so many bytes of zeros behind it.
     *
     * @param units TRANSFER COUNT UNITS
     */
    static byte[] header(UnitCommand command, CopyOperation operation, int units, int following) {
        byte[] sense = sense(command, operation);
        int senseField = (sense.length + 3) & ~3;
        ByteBuffer data = ByteBuffer.allocate(STATUS_HEADER + senseField + following);
        int status = operation.status();
        data.putInt(data.capacity() - 4);
        data.put((byte) operation.serviceAction());
        data.put((byte) status);
        data.putShort((short) operation.work().operations());
        data.putInt(operation.isRunning() ? UPDATE_DELAY_MS : NO_UPDATE);
        data.put((byte) completionStatus(status));
        data.put((byte) senseField).put((byte) sense.length);
        data.put((byte) units);
        long blocks = operation.work().transferred();
        data.putLong(units == UNITS_BLOCKS ? blocks : blocks * CopyLimits.BLOCK_BYTES);
        data.putShort((short) (units == UNITS_BLOCKS ? 0 : operation.work().segmentsBegun()));
        data.position(STATUS_HEADER);
        data.put(sense);
        return data.array();
    }

    private static int completionStatus(int operationStatus) {
        return switch (operationStatus) {
            case CopyOperation.FAILED, CopyOperation.RESIDUAL -> ScsiStatus.CHECK_CONDITION;
            case CopyOperation.TERMINATED -> TASK_ABORTED;
            default -> ScsiStatus.GOOD;
        };
    }

    private static byte[] sense(UnitCommand command, CopyOperation operation) {
        SenseData sense = operation.sense();
        return sense == null
                ? new byte[0]
                : sense.encode(command.unit().modePages().descriptorSense());
    }

    /** The operation named in the CDB; 24/00 when there is none. */
    CopyOperation find(UnitCommand command, long listId) {
        @Nullable CopyOperation operation = manager.copies(command.unit()).find(command.nexus(), listId);
        if (operation == null) {
            throw unknown(command);
        }
        return operation;
    }

    private CopyOperation finished(UnitCommand command, long listId) {
        CopyOperation operation = find(command, listId);
        if (operation.isRunning()) {
            throw unknown(command);
        }
        return operation;
    }

    private static RuntimeException unknown(UnitCommand command) {
        Cdb cdb = command.cdb();
        return cdb.invalid(LIST_IDENTIFIER);
    }

    private static void answer(UnitCommand command, byte[] data) {
        command.good(data, command.cdb().u32(ALLOCATION_LENGTH));
    }
}
