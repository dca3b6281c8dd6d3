package dev.sandstone.engine.store.ring;

import io.netty.channel.unix.Buffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Where direct buffers lie: Netty tells without allocating, unless neither Unsafe nor its native code can be used. */
final class BufferAddress {
    private static final boolean NETTY_TELLS = nettyTells();

    private BufferAddress() {}

    private static boolean nettyTells() {
        try {
            return Buffer.memoryAddress(ByteBuffer.allocateDirect(1)) != 0;
        } catch (LinkageError noNativeCode) {
            return false;
        }
    }

    /** The address of the buffer's first remaining byte. */
    static long of(ByteBuffer buffer) {
        return NETTY_TELLS
                ? Buffer.memoryAddress(buffer) + buffer.position()
                : MemorySegment.ofBuffer(buffer).address();
    }
}
