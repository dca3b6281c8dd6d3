package dev.sandstone.copy.command;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a volume holds, compared by whole runs: a fuzzer instruments loops of ours, and would spend its time there. */
final class Contents {
    private Contents() {}

    /** Whether there is no byte but these two. */
    static boolean only(byte[] bytes, byte one, byte other) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        ByteBuffer ones = filled(bytes.length, one);
        ByteBuffer others = filled(bytes.length, other);
        while (all.hasRemaining()) {
            int run = Math.max(run(all, ones), run(all, others));
            if (run == 0) {
                return false;
            }
            all.position(all.position() + run);
        }
        return true;
    }

    private static ByteBuffer filled(int length, byte with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, with);
        return ByteBuffer.wrap(bytes);
    }

    private static int run(ByteBuffer bytes, ByteBuffer same) {
        int differs = bytes.mismatch(same.limit(bytes.remaining()));
        return differs < 0 ? bytes.remaining() : differs;
    }
}
