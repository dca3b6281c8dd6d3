package dev.sandstone.engine.meta;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB throws into a message with cause and fix. */
final class RocksErrors {
    private RocksErrors() {}

    static MetadataException of(Path folder, String doing, RocksDBException e) {
        String cause = e.getMessage() == null ? e.toString() : e.getMessage();
        return new MetadataException(
                "metadata in " + folder + ": " + doing + " failed: " + cause + fix(e.getStatus(), cause), e);
    }

    private static String fix(@Nullable Status status, String cause) {
        if (cause.contains("No space left") || hasNoSpace(status)) {
            return "; free space on its file system, then restart";
        }
        if (cause.contains("lock")) {
            return "; another process has it open: stop that one first";
        }
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return "; its files are damaged: check the disk under it";
        }
        return "";
    }

    private static boolean hasNoSpace(@Nullable Status status) {
        return status != null && status.getSubCode() == Status.SubCode.NoSpace;
    }
}
