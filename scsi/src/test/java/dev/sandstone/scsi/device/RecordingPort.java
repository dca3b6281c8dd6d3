package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.task.Task;
import dev.sandstone.scsi.task.TaskPort;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A transport for one task that checks the device's side of the contract. */
final class RecordingPort implements TaskPort {
    private static final byte POISON = (byte) 0xDB;

    private final byte[] dataOut;
    private @Nullable ByteBuffer lent;
    private @Nullable ByteBuffer given;
    private byte[] dataIn = {};
    private byte[] sense = {};
    private int asked = -1;
    private int ends;
    private boolean aborted;
    private int status = -1;
    private long transferBytes;

    RecordingPort(byte[] dataOut) {
        this.dataOut = dataOut;
    }

    @Override
    public ByteBuffer dataIn(int bytes) {
        assertThat(lent).as("Data-In is lent once").isNull();
        assertThat(ends).as("no Data-In after the end").isZero();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        lent = buffer;
        return buffer;
    }

    @Override
    public void requestDataOut(int bytes) {
        assertThat(asked).as("Data-Out is asked for once").isEqualTo(-1);
        assertThat(bytes).isBetween(1, dataOut.length);
        asked = bytes;
    }

    @Override
    public void finish(int code, byte[] senseData, int dataInBytes, long transfer) {
        assertThat(dataInBytes).isBetween(0, lent == null ? 0 : lent.capacity());
        assertThat(code == ScsiStatus.CHECK_CONDITION).isEqualTo(senseData.length > 0);
        status = code;
        sense = senseData;
        transferBytes = transfer;
        dataIn = new byte[dataInBytes];
        if (lent != null) {
            lent.duplicate().clear().get(dataIn);
        }
        end();
    }

    @Override
    public void aborted() {
        aborted = true;
        end();
    }

    private void end() {
        ends++;
        assertThat(ends).as("a task ends once").isEqualTo(1);
        poison(lent);
        poison(given);
    }

    private static void poison(@Nullable ByteBuffer buffer) {
        if (buffer != null) {
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, POISON);
            }
        }
    }

    /** That nobody wrote into the buffers after the end. */
    void assertUntouchedSinceEnd() {
        for (ByteBuffer buffer : Arrays.asList(lent, given)) {
            for (int i = 0; buffer != null && i < buffer.capacity(); i++) {
                assertThat(buffer.get(i)).as("byte %d after the end", i).isEqualTo(POISON);
            }
        }
    }

    /** Gives the Data-Out that was asked for. */
    void deliver(Task task) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(asked).put(dataOut, 0, asked).flip();
        given = data;
        task.dataOut(data);
    }

    boolean wantsData() {
        return asked >= 0 && given == null && ends == 0;
    }

    boolean ended() {
        return ends > 0;
    }

    boolean wasAborted() {
        return aborted;
    }

    int status() {
        return status;
    }

    byte[] dataIn() {
        return dataIn;
    }

    byte[] sense() {
        return sense;
    }

    long transferBytes() {
        return transferBytes;
    }

    RecordingPort assertGood() {
        assertThat(outcome()).isEqualTo("GOOD");
        return this;
    }

    void assertCheck(SenseData expected) {
        assertThat(HexFormat.of().formatHex(sense)).isEqualTo(HexFormat.of().formatHex(expected.encode(false)));
    }

    /** The end in a word: {@code GOOD}, {@code UNIT_ATTENTION/29/00}, {@code aborted}, {@code status 18h}, {@code none}. */
    String outcome() {
        if (ends == 0) {
            return "none";
        }
        if (aborted) {
            return "aborted";
        }
        Supplier<String> other = () -> "status " + HexFormat.of().toHexDigits((byte) status) + "h";
        return switch (status) {
            case ScsiStatus.GOOD -> "GOOD";
            case ScsiStatus.CHECK_CONDITION ->
                (sense[0] & 0x7E) == 0x72
                        ? SenseData.of(sense[1], sense[2], sense[3]).toString()
                        : SenseData.of(sense[2], sense[12], sense[13]).toString();
            default -> other.get();
        };
    }
}
