package dev.sandstone.iscsi.transfer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * A direct buffer for the data of one command, as the connection and as the device see it. Given back by releasing {@link
 * #bytes}; the device keeps no view of it past the end of its command.
 */
public final class Lent {
    private final ByteBuf bytes;
    private final ByteBuffer view;
    private int size;

    /** Lends all of that buffer. */
    Lent(ByteBuf bytes) {
        this.bytes = bytes;
        size = bytes.capacity();
        view = bytes.nioBuffer(0, size);
    }

    /** A buffer of so many bytes, contents undefined; small ones are kept by the calling loop. Any thread. */
    public static Lent lend(ByteBufAllocator allocator, int bytes) {
        return LentBuffers.lend(allocator, bytes);
    }

    /** For the connection. */
    public ByteBuf bytes() {
        return bytes;
    }

    /** How many bytes were asked for. */
    int size() {
        return size;
    }

    /** The first so many bytes, for the device. */
    ByteBuffer first(int count) {
        return view.clear().limit(count);
    }

    /** Whether nobody holds it but who keeps it. */
    boolean isBack() {
        return bytes.refCnt() == 1;
    }

    /** Lends its first so many bytes to somebody, who releases it besides who keeps it. */
    Lent again(int count) {
        bytes.retain().clear();
        size = count;
        return this;
    }

    void release() {
        bytes.release();
    }
}
