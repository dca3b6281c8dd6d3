package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.ScrubMemory;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.FileIoFactory;
import dev.sandstone.engine.store.FileTraffic;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * What a pool needs to look after its disks.
 *
 * @param executor copies and compares segments, makes disks: work that takes long, one task after the other
 * @param memory keeps the progress of the scrub
 * @param maker makes disks
 * @param traffic what went through the files of the disks
 */
public record PoolTools(Executor executor, ScrubMemory memory, Maker maker, FileTraffic traffic) {

    /** Of disks whose files nobody counts. */
    public PoolTools(Executor executor, ScrubMemory memory, Maker maker) {
        this(executor, memory, maker, new FileTraffic());
    }

    /** Makes disks. Blocking. */
    public interface Maker {
        /**
         * Formats a disk and opens it.
         *
         * @param bytes size of an image that is made
         */
        Made make(Path path, long bytes, DiskStore.Format format) throws StoreException;

        /** Opens a disk that is there. */
        default Made find(Path path) throws StoreException {
            throw new StoreException(StoreException.Kind.ABSENT, "there is no disk at " + path);
        }
    }

    /** A disk that was made, locked, and where. */
    public record Made(Path path, SegmentStore disk) {}

    /** Makes disks of files and devices. */
    record FileMaker(FileIoFactory files, ShardLoop loop) implements Maker {
        @Override
        public Made make(Path path, long bytes, DiskStore.Format format) throws StoreException {
            return made(Disks.makeMember(path, bytes, format, files, loop));
        }

        @Override
        public Made find(Path path) throws StoreException {
            return made(Disks.findMember(path, files, loop));
        }

        private static Made made(Disks.Member member) {
            return new Made(member.path(), member.disk());
        }
    }

    /** For pools whose disks are given once and for all. */
    static PoolTools plain(Executor executor) {
        return new PoolTools(executor, ScrubMemory.none(), (path, bytes, format) -> {
            throw new StoreException(StoreException.Kind.ABSENT, "this pool takes no disks");
        });
    }
}
