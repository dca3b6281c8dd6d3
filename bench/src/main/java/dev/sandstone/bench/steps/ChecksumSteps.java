package dev.sandstone.bench.steps;

import dev.sandstone.engine.store.Fields;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** CRC32C of a block, as the map keeps it and every read compares it. */
@State(Scope.Thread)
public class ChecksumSteps {
    private static final int BLOCK = 4096;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK);

    @Benchmark
    public int block() {
        return Fields.crc(bytes, 0, BLOCK);
    }
}
