package dev.sandstone.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PduDecoderTest {
    private static final int MAX = 16384;

    private final PduEncoder encoder = new PduEncoder();
    private final PduDecoder decoder = new PduDecoder(ByteBufAllocator.DEFAULT);
    private final Log log = new Log();

    /** Keeps what was received as text; hands out a destination when it has one. */
    private static final class Log implements PduReceiver {
        private final List<String> pdus = new ArrayList<>();
        private @Nullable ByteBuf destination;
        private boolean goOn = true;
        private @Nullable PduDecoder closeInside;

        @Override
        public @Nullable ByteBuf destination(Bhs bhs) {
            return destination;
        }

        @Override
        public boolean receive(Pdu pdu) {
            if (closeInside != null) {
                closeInside.close();
            }
            pdus.add(pdu.bhs() + "|" + ByteBufUtil.hexDump(pdu.ahs()) + "|" + ByteBufUtil.hexDump(pdu.data()) + "|"
                    + pdu.dataPlaced() + "|" + pdu.dataDigestGood());
            return goOn;
        }
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void everySplitOfTheStreamGivesTheSamePdus(boolean headerDigest, boolean dataDigest) throws ProtocolException {
        encoder.digests(headerDigest, dataDigest);
        ByteBuf stream = Unpooled.buffer();
        writeSample(stream);
        List<String> whole = decodeInPieces(stream, stream.readableBytes(), headerDigest, dataDigest);
        assertThat(whole).hasSize(5);
        assertThat(whole.get(1)).contains("|00050100aabbccddee000000|");
        for (int size = 1; size < stream.readableBytes(); size++) {
            assertThat(decodeInPieces(stream, size, headerDigest, dataDigest)).isEqualTo(whole);
        }
    }

    /** NOP with 5 bytes; command with AHS and 3 bytes; empty command; Data-Out of 64 bytes; unknown opcode. */
    private void writeSample(ByteBuf out) {
        NopOut nop = new NopOut();
        encoder.pdu(nop, bytes(5, 1), out);
        ScsiCommand command = new ScsiCommand();
        byte[] ahs = ByteBufUtil.decodeHexDump("00050100aabbccddee000000");
        ByteBuf immediate = bytes(3, 2);
        command.dataSegmentLength(3);
        encoder.header(command, ahs, out);
        out.writeBytes(immediate, 0, 3);
        encoder.trailer(immediate, 0, 3, out);
        encoder.pdu(new ScsiCommand(), Unpooled.EMPTY_BUFFER, out);
        encoder.pdu(new DataOut(), bytes(64, 3), out);
        Bhs unknown = new Bhs();
        unknown.byteAt(0, 0x1d);
        encoder.pdu(unknown, bytes(4, 4), out);
    }

    private static List<String> decodeInPieces(ByteBuf stream, int size, boolean headerDigest, boolean dataDigest)
            throws ProtocolException {
        PduDecoder pieces = new PduDecoder(ByteBufAllocator.DEFAULT);
        pieces.digests(headerDigest, dataDigest);
        Log log = new Log();
        for (int at = 0; at < stream.readableBytes(); at += size) {
            ByteBuf piece = Unpooled.copiedBuffer(stream.slice(at, Math.min(size, stream.readableBytes() - at)));
            pieces.decode(piece, log);
            assertThat(piece.isReadable()).isFalse();
            piece.release();
        }
        assertThat(pieces.inPdu()).isFalse();
        pieces.close();
        return log.pdus;
    }

    @Test
    void dataIsPlacedAtEverySplit() throws ProtocolException {
        encoder.digests(false, true);
        ByteBuf stream = Unpooled.buffer();
        encoder.pdu(new DataOut(), bytes(9, 7), stream);
        encoder.pdu(new DataOut(), bytes(10, 8), stream);
        for (int size = 1; size <= stream.readableBytes(); size++) {
            PduDecoder pieces = new PduDecoder(ByteBufAllocator.DEFAULT);
            pieces.digests(false, true);
            Log placed = new Log();
            ByteBuf destination = Unpooled.buffer(19, 19);
            placed.destination = destination;
            for (int at = 0; at < stream.readableBytes(); at += size) {
                pieces.decode(stream.slice(at, Math.min(size, stream.readableBytes() - at)), placed);
            }
            assertThat(placed.pdus).hasSize(2).allMatch(pdu -> pdu.endsWith("||true|true"));
            assertThat(ByteBufUtil.hexDump(destination))
                    .isEqualTo(ByteBufUtil.hexDump(bytes(9, 7)) + ByteBufUtil.hexDump(bytes(10, 8)));
            assertThat(destination.refCnt()).isEqualTo(1);
        }
    }

    @Test
    void aDestinationReleasedByTheReceiverLivesUntilTheSegmentIsWhole() throws ProtocolException {
        ByteBuf stream = Unpooled.buffer();
        encoder.pdu(new DataOut(), bytes(100, 9), stream);
        ByteBuf destination = ByteBufAllocator.DEFAULT.directBuffer(100);
        log.destination = destination;
        decoder.decode(stream.readSlice(80), log);
        assertThat(destination.release()).isFalse();
        assertThat(destination.refCnt()).isEqualTo(1);
        decoder.decode(stream, log);
        assertThat(log.pdus).hasSize(1);
        assertThat(destination.refCnt()).isZero();
    }

    @Test
    void aSegmentThatLiesWholeInTheInputIsNotCopied() throws ProtocolException {
        ByteBuf stream = Unpooled.buffer();
        encoder.pdu(new NopOut(), bytes(100, 9), stream);
        PduDecoder frugal = new PduDecoder(UnpooledByteBufAllocator.DEFAULT);
        frugal.decode(stream, new PduReceiver() {
            @Override
            public @Nullable ByteBuf destination(Bhs bhs) {
                return null;
            }

            @Override
            public boolean receive(Pdu pdu) {
                assertThat(pdu.data().unwrap()).isSameAs(stream);
                assertThat(stream.refCnt()).isEqualTo(2);
                return true;
            }
        });
        assertThat(stream.refCnt()).isEqualTo(1);
    }

    @Test
    void stopsWhenAskedAndGoesOnLater() throws ProtocolException {
        ByteBuf stream = Unpooled.buffer();
        encoder.pdu(new NopOut(), bytes(4, 1), stream);
        int first = stream.readableBytes();
        encoder.pdu(new NopOut(), bytes(8, 2), stream);
        log.goOn = false;
        decoder.decode(stream, log);
        assertThat(log.pdus).hasSize(1);
        assertThat(stream.readerIndex()).isEqualTo(first);
        decoder.decode(stream, log);
        assertThat(log.pdus).hasSize(2);
    }

    @Test
    void closedInsideTheReceiverItLeavesTheRestAndTheDataStaysUsable() throws ProtocolException {
        ByteBuf stream = Unpooled.buffer();
        encoder.pdu(new NopOut(), bytes(4, 1), stream);
        encoder.pdu(new NopOut(), bytes(8, 2), stream);
        log.closeInside = decoder;
        decoder.decode(stream, log);
        decoder.decode(stream, log);
        assertThat(log.pdus).hasSize(1);
        assertThat(log.pdus.get(0)).contains(ByteBufUtil.hexDump(bytes(4, 1)));
        assertThat(stream.refCnt()).isEqualTo(1);
    }

    @Test
    void closingInTheMiddleGivesEverythingBack() throws ProtocolException {
        ByteBuf stream = Unpooled.buffer();
        encoder.pdu(new DataOut(), bytes(100, 9), stream);
        ByteBuf destination = Unpooled.buffer(100);
        log.destination = destination;
        decoder.decode(stream.readSlice(80), log);
        assertThat(destination.refCnt()).isEqualTo(2);
        decoder.close();
        assertThat(destination.refCnt()).isEqualTo(1);
        decoder.close();
        assertThat(destination.refCnt()).isEqualTo(1);
    }

    @Test
    void anyFlippedHeaderBitIsFatalWithHeaderDigests() throws ProtocolException {
        encoder.digests(true, false);
        ByteBuf good = Unpooled.buffer();
        encoder.pdu(new NopOut(), Unpooled.EMPTY_BUFFER, good);
        int flipped = 0;
        for (int bit = 0; bit < (Bhs.LENGTH + 4) * 8; bit++) {
            ByteBuf bad = good.copy();
            bad.setByte(bit / 8, bad.getByte(bit / 8) ^ (1 << bit % 8));
            // Room for the additional header a flipped length may promise.
            bad.writeZero(1024);
            PduDecoder strict = new PduDecoder(ByteBufAllocator.DEFAULT);
            strict.digests(true, false);
            assertThatThrownBy(() -> strict.decode(bad, log)).isInstanceOf(FatalProtocolException.class);
            flipped++;
        }
        assertThat(flipped).isEqualTo(416);
        assertThat(log.pdus).isEmpty();
        decoder.digests(true, false);
        decoder.decode(good, log);
        assertThat(log.pdus).hasSize(1);
    }

    @Test
    void anyFlippedDataBitIsReportedWithThePdu() throws ProtocolException {
        encoder.digests(true, true);
        decoder.digests(true, true);
        ByteBuf good = Unpooled.buffer();
        encoder.pdu(new NopOut(), bytes(7, 5), good);
        int start = encoder.headerLength(0);
        for (int bit = 0; bit < (good.readableBytes() - start) * 8; bit++) {
            ByteBuf bad = good.copy();
            int at = start + bit / 8;
            bad.setByte(at, bad.getByte(at) ^ (1 << bit % 8));
            decoder.decode(bad, log);
            assertThat(log.pdus).hasSize(bit + 1);
            assertThat(log.pdus.get(bit)).endsWith("|false|false");
        }
        decoder.decode(good, log);
        assertThat(log.pdus.get(log.pdus.size() - 1)).endsWith("|false|true");
    }

    @Test
    void lengthsAreHeldAgainstTheirCapsBeforeAnythingIsAllocated() throws ProtocolException {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        PduDecoder capped = new PduDecoder(allocator);
        capped.maxDataSegmentLength(MAX);
        NopOut fits = new NopOut();
        fits.dataSegmentLength(MAX);
        ByteBuf stream = Unpooled.buffer();
        encoder.header(fits, stream);
        capped.decode(stream, log);
        assertThat(capped.inPdu()).isTrue();
        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(MAX);
        capped.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();

        assertFatal(header(new NopOut(), MAX + 1));
        assertFatal(header(new NopOut(), Bhs.MAX_DATA_SEGMENT_LENGTH));
        assertFatal(header(new TaskManagementRequest(), 1));
        assertFatal(header(new LogoutRequest(), 4));
        assertFatal(header(new SnackRequest(), 4));
        assertFatal(header(new R2t(), 4));
    }

    @Test
    void additionalHeadersAreCappedAndBelongToCommandsOnly() {
        ScsiCommand command = new ScsiCommand();
        command.byteAt(Bhs.TOTAL_AHS_LENGTH_OFFSET, 65);
        assertFatal(plain(command));
        command.byteAt(Bhs.TOTAL_AHS_LENGTH_OFFSET, 255);
        assertFatal(plain(command));
        NopOut nop = new NopOut();
        nop.byteAt(Bhs.TOTAL_AHS_LENGTH_OFFSET, 1);
        assertFatal(plain(nop));
    }

    @Test
    void theLoginCapHoldsUntilItIsRaised() throws ProtocolException {
        PduDecoder fresh = new PduDecoder(ByteBufAllocator.DEFAULT);
        ByteBuf within = header(new LoginRequest(), 8192);
        fresh.decode(within, log);
        fresh.close();
        PduDecoder second = new PduDecoder(ByteBufAllocator.DEFAULT);
        ByteBuf beyond = header(new LoginRequest(), 8193);
        assertThatThrownBy(() -> second.decode(beyond, log)).isInstanceOf(FatalProtocolException.class);
        second.decode(within.resetReaderIndex(), log);
        assertThat(within.isReadable()).as("nothing is decoded after an error").isTrue();
    }

    @Test
    void randomBytesNeverDoMoreThanFail() {
        long seed = 20261122L;
        Random random = new Random(seed);
        int failed = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            PduDecoder any = new PduDecoder(ByteBufAllocator.DEFAULT);
            any.digests(random.nextBoolean(), random.nextBoolean());
            try {
                any.decode(Unpooled.wrappedBuffer(noise), log);
            } catch (ProtocolException e) {
                assertThat(e).as("seed %d", seed).isInstanceOf(FatalProtocolException.class);
                failed++;
            }
            any.close();
        }
        assertThat(failed).as("seed %d", seed).isGreaterThan(100);
    }

    private void assertFatal(ByteBuf stream) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        PduDecoder strict = new PduDecoder(allocator);
        strict.maxDataSegmentLength(MAX);
        assertThatThrownBy(() -> strict.decode(stream, log)).isInstanceOf(FatalProtocolException.class);
        assertThat(log.pdus).isEmpty();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private ByteBuf header(Bhs bhs, int dataSegmentLength) {
        bhs.dataSegmentLength(dataSegmentLength);
        return plain(bhs);
    }

    private static ByteBuf plain(Bhs bhs) {
        ByteBuf out = Unpooled.buffer();
        bhs.writeTo(out);
        return out;
    }

    private static ByteBuf bytes(int count, int first) {
        ByteBuf out = Unpooled.buffer(count);
        for (int i = 0; i < count; i++) {
            out.writeByte(first * 16 + i);
        }
        return out;
    }
}
