package dev.sandstone.engine.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * Which file something is: device and number of its inode; of a block device the device that it stands for, as its node
 * may be made anew.
 *
 * @param device whether it is a block device
 * @param bytes size of a file
 */
record FileIdentity(boolean device, int major, int minor, long inode, long bytes) {
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int NODE_OF = 128;
    private static final int LIES_ON = 136;
    private static final int TYPES = 0xF000;
    private static final int BLOCK_DEVICE = 0x6000;

    /**
     * Compares what is open with what the path leads to. Only a certain answer is one: what may not be looked at, or a file
     * server that does not answer, says nothing of the file, and the node of a device that is open may be away for a while.
     */
    static FileIo.Standing standing(int fd, Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(Libc.STATX_BYTES, Long.BYTES);
            if (Libc.statx(fd, "", Libc.AT_EMPTY_PATH, answer) < 0) {
                return FileIo.Standing.SOUND;
            }
            FileIdentity open = read(answer);
            long bytes = open.device ? Long.MAX_VALUE : open.bytes;
            int result = Libc.statx(Libc.AT_FDCWD, path.toString(), 0, answer);
            if (result < 0) {
                boolean absent = result == -Libc.ENOENT || result == -Libc.ENOTDIR;
                return new FileIo.Standing(bytes, open.device || !absent);
            }
            return new FileIo.Standing(bytes, open.isSame(read(answer)));
        }
    }

    private static FileIdentity read(MemorySegment answer) {
        boolean device = (answer.get(ValueLayout.JAVA_SHORT, MODE) & TYPES) == BLOCK_DEVICE;
        int at = device ? NODE_OF : LIES_ON;
        return new FileIdentity(
                device,
                answer.get(ValueLayout.JAVA_INT, at),
                answer.get(ValueLayout.JAVA_INT, at + Integer.BYTES),
                device ? 0 : answer.get(ValueLayout.JAVA_LONG, INODE),
                answer.get(ValueLayout.JAVA_LONG, SIZE));
    }

    private boolean isSame(FileIdentity other) {
        return device == other.device && major == other.major && minor == other.minor && inode == other.inode;
    }
}
