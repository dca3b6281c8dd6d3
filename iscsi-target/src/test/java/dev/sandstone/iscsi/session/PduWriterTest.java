package dev.sandstone.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.PduEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PduWriterTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final FlushCounter flushes = new FlushCounter();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final IscsiCounters counters = new IscsiCounters();
    private final PduEncoder encoder = new PduEncoder();
    private final PduWriter writer;

    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        private int count;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            count++;
            ctx.flush();
        }
    }

    PduWriterTest() {
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(flushes);
        Sink sink = new Sink();
        channel.pipeline().addLast(sink);
        ChannelHandlerContext context = sink.context;
        if (context == null) {
            throw new AssertionError("the handler was not added");
        }
        writer = new PduWriter(context, encoder, counters);
    }

    private static final class Sink extends ChannelOutboundHandlerAdapter {
        private @Nullable ChannelHandlerContext context;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }
    }

    @AfterEach
    void nothingIsLeft() {
        writer.close();
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private ByteBuf sent() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    @Test
    void aReadIsAnsweredWithOneFlush() {
        writer.readBegins();
        for (int i = 0; i < 100; i++) {
            writer.write(new NopIn(), null);
        }
        assertThat(flushes.count).isZero();
        writer.readEnds();
        assertThat(flushes.count).isEqualTo(1);
        assertThat(sent().readableBytes()).isEqualTo(4800);
        assertThat(counters.bytesOut().sum()).isEqualTo(4800);
        writer.readEnds();
        assertThat(flushes.count).as("nothing new, no flush").isEqualTo(1);
    }

    @Test
    void completionsOutsideAReadShareOneFlush() {
        for (int i = 0; i < 10; i++) {
            writer.write(new NopIn(), null);
        }
        assertThat(flushes.count).isZero();
        channel.runPendingTasks();
        assertThat(flushes.count).isEqualTo(1);
        assertThat(sent().readableBytes()).isEqualTo(480);
    }

    @Test
    void anyMixOfSizesIsTheSameBytesAsOneByOne() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            boolean header = random.nextBoolean();
            boolean data = random.nextBoolean();
            encoder.digests(header, data);
            PduEncoder plain = new PduEncoder();
            plain.digests(header, data);
            ByteBuf expected = Unpooled.buffer();
            writer.readBegins();
            for (int i = 0; i < 30; i++) {
                byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(9000)];
                random.nextBytes(payload);
                DataIn dataIn = new DataIn();
                dataIn.dataSn(i);
                plain.pdu(dataIn, Unpooled.wrappedBuffer(payload), expected);
                ByteBuf direct = allocator.directBuffer(payload.length + 7);
                direct.writeZero(7).writeBytes(payload).readerIndex(7);
                writer.write(dataIn, direct);
                if (random.nextInt(8) == 0) {
                    writer.flush();
                }
            }
            writer.readEnds();
            assertThat(sent()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /** A reader that stops holds small answers: they must not each pin a batch buffer. */
    @Test
    void smallAnswersPinLittleMemory() {
        for (int i = 0; i < 100; i++) {
            writer.readBegins();
            writer.write(new NopIn(), null);
            writer.readEnds();
        }
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(100 * 256);
        assertThat(sent().readableBytes()).isEqualTo(4800);
    }

    @Test
    void afterTheEndWritesAreDropped() {
        writer.readBegins();
        writer.write(new NopIn(), null);
        writer.close();
        writer.write(new NopIn(), allocator.directBuffer(16).writeZero(16));
        writer.readEnds();
        assertThat(sent().readableBytes()).isZero();
    }
}
