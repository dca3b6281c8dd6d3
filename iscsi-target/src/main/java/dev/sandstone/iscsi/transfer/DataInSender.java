package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import io.netty.buffer.ByteBuf;

/**
 * Sends what a command brings back (RFC 7143 11.4, 11.7): Data-In cut at the initiator's MaxRecvDataSegmentLength, F at
 * the end of each burst of MaxBurstLength, and the status, inside the last Data-In when it is GOOD.
 *
 * <p>One for each connection: its headers are used again for every PDU, so each method sets every field of its own.
 */
public final class DataInSender {
    private static final int GOOD = 0;
    private static final int COMPLETED_AT_TARGET = 0;

    private final TransferLink link;
    private final DataIn dataIn = new DataIn();
    private final ScsiResponse response = new ScsiResponse();

    public DataInSender(TransferLink link) {
        this.link = link;
    }

    /**
     * Sends the first {@code length} bytes of the buffer and releases it.
     *
     * @return whether the last PDU carried the status
     */
    boolean data(Ending ending, ByteBuf buffer, int length) {
        TransferLimits limits = link.limits();
        int offset = 0;
        int burstLeft = limits.maxBurst();
        int dataSn = 0;
        boolean collapse = ending.status() == GOOD && ending.sense().length == 0;
        while (offset < length) {
            int chunk = Math.min(limits.maxSendSegment(), Math.min(burstLeft, length - offset));
            boolean last = offset + chunk == length;
            burstLeft -= chunk;
            prepare(ending.transfer(), dataSn++, offset, chunk);
            dataIn.isFinal(last || burstLeft == 0);
            if (burstLeft == 0) {
                burstLeft = limits.maxBurst();
            }
            if (last && collapse) {
                long residual = ending.residual();
                dataIn.statusPresent(true);
                dataIn.overflow(residual > 0);
                dataIn.underflow(residual < 0);
                dataIn.residual(residualField(residual));
            }
            ByteBuf segment = last ? buffer.setIndex(offset, length) : buffer.retainedSlice(offset, chunk);
            if (last && collapse) {
                link.sendStatus(dataIn, segment);
            } else {
                link.send(dataIn, segment);
            }
            offset += chunk;
        }
        ending.transfer().dataInPdus(dataSn);
        return collapse;
    }

    /** Sends a run of what is kept: {@code count} PDUs from DataSN {@code first} on. */
    void run(Transfer transfer, SentRead sent, int first, int count) {
        ByteBuf buffer = sent.buffer();
        if (buffer == null) {
            throw new IllegalStateException("the data is not kept any more");
        }
        int offset = sent.offsetOf(first);
        for (int dataSn = first; dataSn < first + count; dataSn++) {
            int length = sent.pieceAt(offset);
            prepare(transfer, dataSn, offset, length);
            ByteBuf segment = buffer.retainedSlice(offset, length);
            offset += length;
            boolean last = offset == sent.length();
            dataIn.isFinal(last || sent.endsBurst(offset));
            if (!last && sent.endsBurst(offset)) {
                askAcknowledgement(transfer, sent);
            }
            link.send(dataIn, segment);
        }
    }

    /** RFC 7143 11.7.2: once each MaxBurstLength the initiator is asked to say what it has. */
    private void askAcknowledgement(Transfer transfer, SentRead sent) {
        if (sent.ackTag() == Bhs.RESERVED_TAG) {
            sent.ackTag(link.newTransferTag());
        }
        dataIn.acknowledge(true);
        dataIn.lun(transfer.lun());
        dataIn.targetTransferTag(sent.ackTag());
    }

    private void prepare(Transfer transfer, int dataSn, int offset, int length) {
        dataIn.flags(0);
        dataIn.status(GOOD);
        dataIn.dataSegmentLength(length);
        dataIn.lun(0);
        dataIn.initiatorTaskTag(transfer.tag());
        dataIn.targetTransferTag(Bhs.RESERVED_TAG);
        dataIn.dataSn(dataSn);
        dataIn.bufferOffset(offset);
        dataIn.residual(0);
    }

    /**
     * Sends the SCSI Response with its sense segment (RFC 7143 11.4.7: a length of two bytes, then the sense).
     */
    void status(Ending ending, int expDataSn) {
        long residual = ending.residual();
        byte[] sense = ending.sense();
        response.flags(0);
        response.isFinal(true);
        response.overflow(residual > 0);
        response.underflow(residual < 0);
        response.residual(residualField(residual));
        response.response(COMPLETED_AT_TARGET);
        response.status(ending.status());
        response.initiatorTaskTag(ending.transfer().tag());
        response.snackTag(ending.transfer().snackTag());
        response.expDataSn(expDataSn);
        ByteBuf data = null;
        if (sense.length > 0) {
            data = link.allocate(2 + sense.length);
            data.writeShort(sense.length).writeBytes(sense);
        }
        response.dataSegmentLength(data == null ? 0 : data.readableBytes());
        link.sendStatus(response, data);
    }

    private static int residualField(long residual) {
        return (int) Math.min(Math.abs(residual), 0xffffffffL);
    }
}
