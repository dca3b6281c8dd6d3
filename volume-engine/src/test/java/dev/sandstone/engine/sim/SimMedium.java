package dev.sandstone.engine.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What survives a crash: the bytes of a disk. Unit of survival is the sector of 512 bytes.
 *
 * <p>It also watches what no one else can: that no segment id is ever given to two segments.
 */
final class SimMedium {
    static final int SECTOR = 512;

    private static final int SEGMENT_MAGIC = 0x53534547;
    private static final int SEGMENT_HEADER = 4096;
    private static final int HEADER_COPY = 2048;

    private static final int BATCH_MAGIC = 0x53424154;

    /** Two batches may be under way when a header is made that says what is acknowledged. */
    private static final int NEWEST = 3;

    private final byte[] bytes;
    private final NavigableMap<Long, Batch> batches = new TreeMap<>();
    private final Set<Long> headers = new HashSet<>();
    /** Of each segment that ever was a digest of its header. */
    private final Map<Long, Long> segments = new HashMap<>();

    SimMedium(int size) {
        bytes = new byte[size];
    }

    SimMedium(SimMedium other) {
        bytes = other.bytes.clone();
        segments.putAll(other.segments);
    }

    int size() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** A write that is whole. */
    void write(long offset, byte[] source) {
        System.arraycopy(source, 0, bytes, Math.toIntExact(offset), source.length);
        watchIds(offset, source);
        watchBatches(offset, source);
    }

    /** One sector of a write that may not be whole. */
    void writeSector(long offset, byte[] source, int sector) {
        int from = sector * SECTOR;
        System.arraycopy(source, from, bytes, Math.toIntExact(offset) + from, SECTOR);
    }

    void read(long offset, ByteBuffer dst) {
        dst.put(dst.position(), bytes, Math.toIntExact(offset), dst.remaining());
    }

    private void watchBatches(long offset, byte[] source) {
        ByteBuffer header = ByteBuffer.wrap(source);
        if (header.getInt(0) == BATCH_MAGIC) {
            long last = header.getLong(32) + header.getInt(40) - 1;
            batches.put(last, new Batch(offset, source.length));
            while (batches.size() > NEWEST) {
                batches.pollFirstEntry();
            }
        }
    }

    /** Whether a segment header was ever written there. */
    boolean isHeader(long offset) {
        return headers.contains(offset);
    }

    /** Whether the place belongs to a batch of which perhaps no header says yet that it was acknowledged. */
    boolean isNewest(long offset) {
        return batches.values().stream().anyMatch(batch -> batch.covers(offset));
    }

    private record Batch(long offset, int length) {
        boolean covers(long place) {
            return place >= offset && place < offset + length;
        }
    }

    private void watchIds(long offset, byte[] source) {
        ByteBuffer header = ByteBuffer.wrap(source);
        if (source.length != SEGMENT_HEADER || header.getInt(0) != SEGMENT_MAGIC) {
            return;
        }
        headers.add(offset);
        ByteBuffer one = ByteBuffer.wrap(source.clone());
        for (int copy = 0; copy <= HEADER_COPY; copy += HEADER_COPY) {
            // A disk may have another copy of the segment later: that one has another number.
            one.put(copy + 7, (byte) 0).putInt(copy + 124, 0);
        }
        long digest = digest(one.array());
        Long before = segments.put(header.getLong(24), digest);
        if (before != null && before != digest) {
            throw new SimProblem("I14: segment id " + header.getLong(24) + " is given a second time");
        }
    }

    private static long digest(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (crc.getValue() << Integer.SIZE) | Integer.toUnsignedLong(Arrays.hashCode(bytes));
    }
}
