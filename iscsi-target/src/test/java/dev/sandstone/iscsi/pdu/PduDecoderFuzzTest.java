package dev.sandstone.iscsi.pdu;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes, in pieces of any size: the decoder delivers only what keeps within the caps, fails only by {@link
 * FatalProtocolException}, and gives all its memory back.
 *
 * <p>Input: a byte whose lowest bits switch the digests and a destination on, a byte with the size of the pieces, the
 * stream.
 */
class PduDecoderFuzzTest {
    private static final int HEADER_DIGEST = 1;
    private static final int DATA_DIGEST = 2;
    private static final int PLACE = 4;
    private static final int MAX = 4096;

    @FuzzTest(maxDuration = "20s")
    void anyStream(byte[] input) {
        if (input.length < 2) {
            return;
        }
        ByteBuf destination = ByteBufAllocator.DEFAULT.directBuffer(MAX);
        PduDecoder decoder = new PduDecoder(ByteBufAllocator.DEFAULT);
        decoder.maxDataSegmentLength(MAX);
        decoder.digests((input[0] & HEADER_DIGEST) != 0, (input[0] & DATA_DIGEST) != 0);
        Checker checker = new Checker((input[0] & PLACE) != 0 ? destination : null);
        int size = 1 + (input[1] & 0xff);
        try {
            for (int at = 2; at < input.length; at += size) {
                decoder.decode(Unpooled.wrappedBuffer(input, at, Math.min(size, input.length - at)), checker);
            }
        } catch (FatalProtocolException e) {
            // What a broken stream must lead to.
        } catch (ProtocolException e) {
            throw new AssertionError("the decoder alone rejects nothing", e);
        }
        decoder.close();
        if (destination.refCnt() != 1) {
            throw new AssertionError("the destination is held " + destination.refCnt() + " times");
        }
        destination.release();
    }

    private record Checker(@Nullable ByteBuf place) implements PduReceiver {

        @Override
        public @Nullable ByteBuf destination(Bhs bhs) {
            return place == null ? null : place.clear();
        }

        @Override
        public boolean receive(Pdu pdu) {
            int length = pdu.bhs().dataSegmentLength();
            int held = pdu.dataPlaced() && place != null
                    ? place.readableBytes()
                    : pdu.data().readableBytes();
            if (length > MAX || held != length || pdu.ahs().length != pdu.bhs().totalAhsLength()) {
                throw new AssertionError("delivered " + held + " bytes for " + pdu.bhs());
            }
            Opcode opcode = pdu.bhs().opcode();
            if (opcode != null && !opcode.mayCarryData() && length > 0) {
                throw new AssertionError("data with " + opcode);
            }
            return true;
        }
    }
}
