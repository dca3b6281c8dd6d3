package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.PduEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Gathers outgoing PDUs and flushes them together: one flush for what one read or one burst of completions caused.
 *
 * <p>Headers and small payloads are copied into a batch buffer, large payloads go to the socket from where they lie. Used
 * on one loop only, the channel's or, for a session of several connections, the session's.
 */
public final class PduWriter {
    /** Payloads up to this size are cheaper to copy than to hand to the kernel as pieces of their own, in bytes. */
    private static final int COPIED = 8192;

    private static final int FIRST_BATCH = 8192;
    private static final int NEXT_BATCH = 65536;

    private final ChannelHandlerContext context;
    private final Channel channel;
    private final EventLoop loop;
    private final PduEncoder encoder;
    private final IscsiCounters counters;
    private final Runnable flushTask = this::scheduledFlush;
    private @Nullable ByteBuf batch;
    private int batchSize = FIRST_BATCH;
    private boolean dirty;
    private boolean flushQueued;
    private boolean reading;
    private boolean closed;
    private long unreported;
    private long copied;

    public PduWriter(ChannelHandlerContext context, PduEncoder encoder, IscsiCounters counters) {
        this(context, context.channel().eventLoop(), encoder, counters);
    }

    private PduWriter(ChannelHandlerContext context, EventLoop loop, PduEncoder encoder, IscsiCounters counters) {
        this.context = context;
        this.channel = context.channel();
        this.loop = loop;
        this.encoder = encoder;
        this.counters = counters;
    }

    /** Sends what was gathered; its successor for use on another loop, which this one must not be used beside. */
    PduWriter handOver(EventLoop to) {
        flush();
        return new PduWriter(context, to, encoder, counters);
    }

    public PduEncoder encoder() {
        return encoder;
    }

    /**
     * Appends a PDU. DataSegmentLength is set from the data.
     *
     * @param data released here, or null
     */
    public void write(Bhs bhs, @Nullable ByteBuf data) {
        int length = data == null ? 0 : data.readableBytes();
        if (closed) {
            release(data);
            return;
        }
        bhs.dataSegmentLength(length);
        int whole = encoder.pduLength(length);
        unreported += whole;
        if (length <= COPIED) {
            ByteBuf out = room(whole);
            encoder.header(bhs, out);
            if (data != null) {
                out.writeBytes(data, data.readerIndex(), length);
                copied += length;
                encoder.trailer(data, data.readerIndex(), length, out);
                data.release();
            }
        } else if (data != null) {
            encoder.header(bhs, room(encoder.headerLength(0)));
            int trailer = encoder.trailerLength(length);
            if (trailer == 0) {
                writeOut();
                queue(data);
            } else {
                ByteBuf tail = context.alloc().directBuffer(trailer, trailer);
                encoder.trailer(data, data.readerIndex(), length, tail);
                writeOut();
                queue(data);
                queue(tail);
            }
        }
        dirty = true;
        if (!reading && !flushQueued) {
            flushQueued = true;
            loop.execute(flushTask);
        }
    }

    /** Between these two, flushing waits for the end of the read. */
    public void readBegins() {
        reading = true;
    }

    public void readEnds() {
        reading = false;
        flush();
    }

    private void scheduledFlush() {
        flushQueued = false;
        if (!reading) {
            flush();
        }
    }

    /** Hands everything gathered to the socket. */
    public void flush() {
        if (!dirty || closed) {
            return;
        }
        dirty = false;
        ByteBuf last = batch;
        batch = null;
        batchSize = FIRST_BATCH;
        if (last != null && last.isReadable()) {
            queue(compact(last));
        } else {
            release(last);
        }
        counters.bytesOut().add(unreported);
        unreported = 0;
        counters.bytesCopied().add(copied);
        copied = 0;
        context.flush();
    }

    /** A reader that stops must not pin a large buffer for each small answer: a nearly empty batch is sent as a copy. */
    private ByteBuf compact(ByteBuf last) {
        int length = last.readableBytes();
        if (length >= last.capacity() / 4) {
            return last;
        }
        ByteBuf small = context.alloc().directBuffer(length, length);
        small.writeBytes(last);
        copied += length;
        last.release();
        return small;
    }

    /** Drops what was not handed over; later writes are dropped too. */
    public void close() {
        closed = true;
        release(batch);
        batch = null;
    }

    private ByteBuf room(int bytes) {
        ByteBuf current = batch;
        if (current != null && current.writableBytes() >= bytes) {
            return current;
        }
        if (current != null) {
            batchSize = NEXT_BATCH;
            if (current.isReadable()) {
                queue(current);
            } else {
                current.release();
            }
        }
        int size = Math.max(batchSize, bytes);
        ByteBuf fresh = context.alloc().directBuffer(size, size);
        batch = fresh;
        return fresh;
    }

    /** Queues the filled part of the batch ahead of a payload; the rest of the batch is used on. */
    private void writeOut() {
        ByteBuf current = batch;
        if (current != null && current.isReadable()) {
            queue(current.readRetainedSlice(current.readableBytes()));
        }
    }

    // A failed write closes the channel (void promise), so its future says nothing more.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void queue(ByteBuf bytes) {
        context.write(bytes, channel.voidPromise());
    }

    private static void release(@Nullable ByteBuf buffer) {
        if (buffer != null) {
            buffer.release();
        }
    }
}
