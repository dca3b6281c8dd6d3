package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sorted tables in memory, one map for each {@link Table}; for one thread at a time. */
final class HeapTables implements MetadataBatch.Visitor {
    private final List<NavigableMap<byte[], byte[]>> maps = new ArrayList<>();
    private long bytes;

    HeapTables() {
        for (int i = 0; i < Table.values().length; i++) {
            maps.add(new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    NavigableMap<byte[], byte[]> map(Table table) {
        return maps.get(table.index());
    }

    @Override
    public void put(Table table, ByteBuffer key, ByteBuffer value) {
        byte[] keyBytes = Keys.bytes(key);
        byte[] old = map(table).put(keyBytes, Keys.bytes(value));
        bytes += value.remaining() - (old == null ? -keyBytes.length : old.length);
    }

    @Override
    public void delete(Table table, ByteBuffer key) {
        byte[] old = map(table).remove(Keys.bytes(key));
        if (old != null) {
            bytes -= key.remaining() + old.length;
        }
    }

    @Nullable
    ByteBuffer get(Table table, ByteBuffer key) {
        byte[] value = map(table).get(Keys.bytes(key));
        return value == null
                ? null
                : ByteBuffer.allocateDirect(value.length).put(value).flip();
    }

    long bytes() {
        return bytes;
    }
}
