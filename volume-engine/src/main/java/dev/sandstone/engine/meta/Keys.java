package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;

/** Key order: unsigned bytes, a prefix before what it is a prefix of. */
final class Keys {
    private Keys() {}

    static int compare(ByteBuffer a, ByteBuffer b) {
        int differs = a.mismatch(b);
        if (differs < 0) {
            return 0;
        }
        if (differs >= a.remaining() || differs >= b.remaining()) {
            return Integer.compare(a.remaining(), b.remaining());
        }
        return Byte.compareUnsigned(a.get(a.position() + differs), b.get(b.position() + differs));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
