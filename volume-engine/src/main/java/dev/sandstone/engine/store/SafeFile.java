package dev.sandstone.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A few bytes that are replaced as a whole and survive a crash: either the old ones or the new ones are there. The file
 * never grows, so replacing needs no space.
 *
 * <pre>
 * two places of 32 KiB, written in turn; in force is the sound one with the larger number
 *   0  u32  CRC32C of what follows, up to the end of the content
 *   4  u32  length of the content
 *   8  u64  number
 *  16       content
 * </pre>
 *
 * Big-endian. Blocking; one thread at a time.
 */
public final class SafeFile {
    /** Most bytes of content. */
    public static final int MOST_BYTES = (32 << 10) - 16;

    private static final int PLACE_BYTES = 32 << 10;
    private static final int CONTENT_AT = 16;

    private final Path path;
    private final ByteBuffer place = ByteBuffer.allocateDirect(PLACE_BYTES);
    private long number;

    public SafeFile(Path path) {
        this.path = path;
    }

    /** The content; null when there is none, or none that is sound. */
    public byte @Nullable [] read() throws StoreException {
        if (!Files.exists(path)) {
            return null;
        }
        byte[] content = null;
        number = 0;
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            for (int i = 0; i < 2; i++) {
                place.clear();
                while (place.hasRemaining() && file.read(place, (long) i * PLACE_BYTES + place.position()) > 0) {
                    // Until the place is read, or the file ends.
                }
                byte[] found = content(place.position());
                if (found != null && place.getLong(8) > number) {
                    number = place.getLong(8);
                    content = found;
                }
            }
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.IO, "cannot read " + path + ": " + e, e);
        }
        return content;
    }

    private byte @Nullable [] content(int read) {
        int length = read < PLACE_BYTES ? -1 : place.getInt(4);
        if (length < 0 || length > MOST_BYTES || place.getInt(0) != Fields.crc(place.clear(), 4, CONTENT_AT + length)) {
            return null;
        }
        byte[] content = new byte[length];
        place.get(CONTENT_AT, content);
        return content;
    }

    /** Replaces the content; durable on return. {@link #read} comes first. */
    public void write(byte[] content) throws StoreException {
        if (content.length > MOST_BYTES) {
            throw new IllegalArgumentException(content.length + " bytes are too many for " + path);
        }
        boolean fresh = !Files.exists(path);
        Path folder = path.toAbsolutePath().getParent();
        long next = number + 1;
        place.clear();
        Fields.zero(place, 0, PLACE_BYTES);
        place.putInt(4, content.length).putLong(8, next).put(CONTENT_AT, content);
        place.putInt(0, Fields.crc(place, 4, CONTENT_AT + content.length));
        if (fresh && folder != null) {
            makeFolder(folder);
        }
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (fresh) {
                write(file, ByteBuffer.allocateDirect(2 * PLACE_BYTES), 0);
            }
            write(file, place, next % 2 * PLACE_BYTES);
            file.force(true);
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.IO, "cannot write " + path + ": " + e, e);
        }
        if (fresh) {
            Disks.syncFolder(path);
        }
        number = next;
    }

    private static void makeFolder(Path folder) throws StoreException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.IO, "cannot make the folder " + folder + ": " + e, e);
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes, long from) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) {
            file.write(bytes, from + bytes.position());
        }
    }
}
