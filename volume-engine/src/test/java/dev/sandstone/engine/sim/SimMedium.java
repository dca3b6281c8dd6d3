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
import org.jspecify.annotations.Nullable;

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

    private static final int PAGE = 64 << 10;

    private byte[] bytes;
    /** What differs from the bytes, which copies share then; null when the bytes are its own. */
    private byte @Nullable [][] pages;

    /** Others share the bytes. */
    private boolean frozen;

    private final NavigableMap<Long, Batch> batches = new TreeMap<>();
    private final Set<Long> headers = new HashSet<>();
    /** Of each segment that ever was a digest of its header. */
    private final Map<Long, Long> segments = new HashMap<>();

    SimMedium(int size) {
        bytes = new byte[size];
    }

    /** A copy of another one, which is not changed any more: the copy takes memory only for what is written to it. */
    SimMedium(SimMedium other) {
        bytes = other.joined();
        pages = new byte[(bytes.length + PAGE - 1) / PAGE][];
        other.frozen = true;
        segments.putAll(other.segments);
    }

    int size() {
        return bytes.length;
    }

    /** What it holds, to be changed too. */
    byte[] bytes() {
        mustBeOwn();
        return joined();
    }

    private void mustBeOwn() {
        if (frozen) {
            throw new IllegalStateException("there are copies of this medium");
        }
    }

    private byte[] joined() {
        byte[][] own = pages;
        if (own != null) {
            byte[] all = bytes.clone();
            for (int page = 0; page < own.length; page++) {
                if (own[page] != null) {
                    System.arraycopy(own[page], 0, all, page * PAGE, own[page].length);
                }
            }
            bytes = all;
            pages = null;
        }
        return bytes;
    }

    private void put(int at, byte[] source, int from, int length) {
        mustBeOwn();
        byte[][] own = pages;
        if (own == null) {
            System.arraycopy(source, from, bytes, at, length);
            return;
        }
        for (int done = 0; done < length; ) {
            int page = (at + done) / PAGE;
            int within = (at + done) % PAGE;
            int part = Math.min(length - done, PAGE - within);
            if (own[page] == null) {
                own[page] = Arrays.copyOfRange(bytes, page * PAGE, Math.min(bytes.length, (page + 1) * PAGE));
            }
            System.arraycopy(source, from + done, own[page], within, part);
            done += part;
        }
    }

    /** A write that is whole. */
    void write(long offset, byte[] source) {
        put(Math.toIntExact(offset), source, 0, source.length);
        watchIds(offset, source);
        watchBatches(offset, source);
    }

    /** One sector of a write that may not be whole. */
    void writeSector(long offset, byte[] source, int sector) {
        int from = sector * SECTOR;
        put(Math.toIntExact(offset) + from, source, from, SECTOR);
    }

    void read(long offset, ByteBuffer dst) {
        int at = Math.toIntExact(offset);
        byte[][] own = pages;
        if (own == null) {
            dst.put(dst.position(), bytes, at, dst.remaining());
            return;
        }
        for (int done = 0; done < dst.remaining(); ) {
            int page = (at + done) / PAGE;
            int within = (at + done) % PAGE;
            int part = Math.min(dst.remaining() - done, PAGE - within);
            boolean mine = own[page] != null;
            dst.put(dst.position() + done, mine ? own[page] : bytes, mine ? within : at + done, part);
            done += part;
        }
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
