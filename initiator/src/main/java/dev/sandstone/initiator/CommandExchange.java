package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.text.OperationalParameters;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One SCSI command with its data.
 *
 * <p>Holds the target to the rules: DataSN and R2TSN count from 0 without gaps, Data-In comes in order and within EDTL,
 * no R2T asks beyond the Data-Out or for more than MaxBurstLength, ExpDataSN tells how many came.
 */
final class CommandExchange extends Exchange {
    private static final int SENSE_LENGTH_BYTES = 2;
    private static final byte[] NOTHING = new byte[0];

    /** A piece of Data-Out that the target asked for, to be sent by the writer thread. */
    record Burst(int targetTransferTag, int offset, int length) {}

    private final ScsiRequest request;
    private final OperationalParameters parameters;
    private final Consumer<Burst> bursts;
    private final CompletableFuture<ScsiResult> done = new CompletableFuture<>();
    private final byte[] dataIn;
    private int received;
    private int nextDataSn;
    private int nextR2tSn;

    /** @param bursts takes what {@link #sendBurst} is to send */
    CommandExchange(int tag, ScsiRequest request, OperationalParameters parameters, Consumer<Burst> bursts) {
        super(tag);
        this.request = request;
        this.parameters = parameters;
        this.bursts = bursts;
        this.dataIn = request.dataInBytes() == 0 ? NOTHING : new byte[request.dataInBytes()];
    }

    CompletableFuture<ScsiResult> done() {
        return done;
    }

    long lun() {
        return request.lun();
    }

    @Override
    boolean immediate() {
        return false;
    }

    /** The command, immediate data, then unsolicited Data-Out as far as the login allows. */
    @Override
    void send(IscsiConnection connection, int expStatSn) throws IOException {
        byte[] out = request.dataOut();
        int unsolicited = Math.min(out.length, parameters.firstBurstLength());
        int immediate =
                parameters.immediateData() ? Math.min(unsolicited, parameters.targetMaxRecvDataSegmentLength()) : 0;
        boolean more = !parameters.initialR2t() && immediate < unsolicited;
        ScsiCommand command = new ScsiCommand();
        command.isFinal(!more);
        command.read(request.dataInBytes() > 0);
        command.write(out.length > 0);
        command.attribute(request.attribute());
        command.lun(request.lun());
        command.initiatorTaskTag(tag());
        command.expectedDataTransferLength(out.length > 0 ? out.length : request.dataInBytes());
        command.cmdSn(cmdSn());
        command.expStatSn(expStatSn);
        command.cdb(request.cdb());
        connection.write(command, out, 0, immediate);
        if (more) {
            sendBurst(connection, new Burst(Bhs.RESERVED_TAG, immediate, unsolicited - immediate), expStatSn);
        }
    }

    /** Writes one sequence of Data-Out PDUs. */
    void sendBurst(IscsiConnection connection, Burst burst, int expStatSn) throws IOException {
        int end = burst.offset() + burst.length();
        int dataSn = 0;
        for (int offset = burst.offset(); offset < end; dataSn++) {
            int length = Math.min(end - offset, parameters.targetMaxRecvDataSegmentLength());
            DataOut pdu = new DataOut();
            pdu.isFinal(offset + length == end);
            pdu.lun(request.lun());
            pdu.initiatorTaskTag(tag());
            pdu.targetTransferTag(burst.targetTransferTag());
            pdu.expStatSn(expStatSn);
            pdu.dataSn(dataSn);
            pdu.bufferOffset(offset);
            connection.write(pdu, request.dataOut(), offset, length);
            offset += length;
        }
    }

    @Override
    boolean receive(ReceivedPdu pdu) throws TargetProtocolException {
        Opcode opcode = pdu.bhs().opcode();
        if (opcode == Opcode.DATA_IN) {
            return data(new DataIn(pdu.bhs()), pdu.data());
        }
        if (opcode == Opcode.R2T) {
            return asked(new R2t(pdu.bhs()));
        }
        if (opcode == Opcode.SCSI_RESPONSE) {
            return response(new ScsiResponse(pdu.bhs()), pdu.data());
        }
        throw new TargetProtocolException("no answer to a command: " + pdu.bhs());
    }

    @Override
    void fail(IOException cause) {
        done.completeExceptionally(cause);
    }

    private boolean data(DataIn pdu, byte[] bytes) throws TargetProtocolException {
        boolean fits = pdu.dataSn() == nextDataSn
                && pdu.bufferOffset() == received
                && bytes.length <= dataIn.length - received
                && bytes.length <= parameters.initiatorMaxRecvDataSegmentLength();
        if (!fits) {
            throw new TargetProtocolException("Data-In out of place, " + received + " bytes came before: " + pdu);
        }
        System.arraycopy(bytes, 0, dataIn, received, bytes.length);
        received += bytes.length;
        nextDataSn++;
        if (!pdu.statusPresent()) {
            return false;
        }
        if (!pdu.isFinal()) {
            throw new TargetProtocolException("status in Data-In that is not final: " + pdu);
        }
        end(pdu.status(), NOTHING, residual(pdu.overflow(), pdu.underflow(), pdu.residual()));
        return true;
    }

    private boolean asked(R2t pdu) throws TargetProtocolException {
        int offset = pdu.bufferOffset();
        int length = pdu.desiredDataTransferLength();
        boolean fits = pdu.r2tSn() == nextR2tSn
                && pdu.targetTransferTag() != Bhs.RESERVED_TAG
                && length > 0
                && length <= parameters.maxBurstLength()
                && offset >= 0
                && offset <= request.dataOut().length - length;
        if (!fits) {
            throw new TargetProtocolException("R2T out of place: " + pdu);
        }
        nextR2tSn++;
        bursts.accept(new Burst(pdu.targetTransferTag(), offset, length));
        return false;
    }

    private boolean response(ScsiResponse pdu, byte[] data) throws TargetProtocolException {
        if (pdu.response() != 0) {
            fail(new InitiatorException("iSCSI response code " + pdu.response() + " instead of a SCSI status"));
            return true;
        }
        int sent = request.dataOut().length > 0 ? nextR2tSn : nextDataSn;
        if (pdu.expDataSn() != sent) {
            throw new TargetProtocolException("ExpDataSN is not " + sent + ": " + pdu);
        }
        end(pdu.status(), sense(data), residual(pdu.overflow(), pdu.underflow(), pdu.residual()));
        return true;
    }

    private void end(int status, byte[] sense, long residual) {
        byte[] read = received == dataIn.length ? dataIn : Arrays.copyOf(dataIn, received);
        done.complete(new ScsiResult(status, sense, read, residual));
    }

    /** The data segment of a response: SenseLength, sense data, response data (RFC 7143 11.4.7). */
    private static byte[] sense(byte[] data) throws TargetProtocolException {
        if (data.length < SENSE_LENGTH_BYTES) {
            return NOTHING;
        }
        int length = ((data[0] & 0xff) << 8) | (data[1] & 0xff);
        if (length > data.length - SENSE_LENGTH_BYTES) {
            throw new TargetProtocolException("SenseLength " + length + " in " + data.length + " bytes");
        }
        return Arrays.copyOfRange(data, SENSE_LENGTH_BYTES, SENSE_LENGTH_BYTES + length);
    }

    private static long residual(boolean overflow, boolean underflow, int count) throws TargetProtocolException {
        if (overflow && underflow) {
            throw new TargetProtocolException("residual overflow and underflow at once");
        }
        long value = Integer.toUnsignedLong(count);
        return overflow ? -value : underflow ? value : 0;
    }
}
