package dev.sandstone.bench.steps;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.PduDecoder;
import dev.sandstone.iscsi.pdu.PduEncoder;
import dev.sandstone.iscsi.pdu.PduReceiver;
import dev.sandstone.iscsi.pdu.ProtocolException;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From bytes to a PDU and back: a read command, a write command with its data, the answer to a read, all of 4 KiB. */
@State(Scope.Thread)
public class PduSteps implements PduReceiver {
    private static final int BLOCK = 4096;

    /** CRC32C over header and data. */
    @Param({"false", "true"})
    public boolean digests;

    private final ByteBuf data =
            PooledByteBufAllocator.DEFAULT.directBuffer(BLOCK).writeZero(BLOCK);
    private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(2 * BLOCK);
    private final ByteBuf read = PooledByteBufAllocator.DEFAULT.directBuffer(2 * BLOCK);
    private final ByteBuf write = PooledByteBufAllocator.DEFAULT.directBuffer(2 * BLOCK);
    private final PduDecoder decoder = new PduDecoder(PooledByteBufAllocator.DEFAULT);
    private final PduEncoder encoder = new PduEncoder();
    private final DataIn answer = new DataIn();
    private int received;

    @Benchmark
    public int decodeRead() throws ProtocolException {
        decoder.decode(read.readerIndex(0), this);
        return received;
    }

    @Benchmark
    public int decodeWrite() throws ProtocolException {
        decoder.decode(write.readerIndex(0), this);
        return received;
    }

    @Benchmark
    public int encodeDataIn() {
        answer.dataSn(0);
        answer.isFinal(true);
        answer.statusPresent(true);
        answer.initiatorTaskTag(++received);
        encoder.pdu(answer, data, out.clear());
        return out.writerIndex();
    }

    @Setup
    public void prepare() {
        decoder.digests(digests, digests);
        encoder.digests(digests, digests);
        ScsiCommand command = new ScsiCommand();
        command.isFinal(true);
        command.expectedDataTransferLength(BLOCK);
        encoder.pdu(command, data.slice(0, 0), read);
        encoder.pdu(command, data, write);
    }

    @Override
    public @Nullable ByteBuf destination(Bhs bhs) {
        return null;
    }

    @Override
    public boolean receive(Pdu pdu) {
        received += pdu.bhs().initiatorTaskTag() + pdu.data().readableBytes();
        return true;
    }
}
