package dev.sandstone.copy.command;

import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskPort;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The transport of one command, and how it ended. */
final class Answer implements TaskPort {
    private final byte[] dataOut;
    private @Nullable Task task;
    private @Nullable ByteBuffer lent;
    private int asked;
    private byte[] dataIn = {};
    private byte[] sense = {};
    private String end = "none";

    Answer(byte[] dataOut) {
        this.dataOut = dataOut;
    }

    /** Gives the Data-Out that was asked for. */
    void deliver(Task to) {
        task = to;
        if (asked > 0) {
            task.dataOut(ByteBuffer.allocateDirect(asked).put(dataOut, 0, asked).flip());
        }
    }

    @Override
    public ByteBuffer dataIn(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        lent = buffer;
        return buffer;
    }

    @Override
    public void requestDataOut(int bytes) {
        asked = bytes;
    }

    @Override
    public void finish(int status, byte[] senseData, int dataInBytes, long transferBytes) {
        once();
        sense = senseData;
        dataIn = new byte[dataInBytes];
        if (lent != null) {
            lent.duplicate().clear().get(dataIn);
        }
        end = switch (status) {
            case ScsiStatus.GOOD -> "GOOD";
            case ScsiStatus.CHECK_CONDITION ->
                SenseData.of(sense[2], sense[12], sense[13]).toString();
            default -> "status " + status;
        };
    }

    @Override
    public void aborted() {
        once();
        end = "aborted";
    }

    private void once() {
        if (ended()) {
            throw new AssertionError("ended twice, first " + end);
        }
    }

    boolean ended() {
        return !end.equals("none");
    }

    /** {@code GOOD}, {@code ILLEGAL_REQUEST/24/00}, {@code aborted}, {@code none}. */
    String end() {
        return end;
    }

    byte[] sense() {
        return sense;
    }

    String senseHex() {
        return HexFormat.of().withUpperCase().formatHex(sense);
    }

    byte[] dataIn() {
        return dataIn;
    }
}
