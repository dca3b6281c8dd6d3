package dev.sandstone.engine.volume;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * A folder in one small file, for images of pools that are kept with the tests: of each file its size and the blocks that
 * are not zero, equal ones once, all deflated. Holes become holes again.
 *
 * <p>Form, before deflating: for each file its path (modified UTF-8 with its length), its size (8), then the pieces, and an
 * offset of -1; after the last file an empty path. A piece: offset (8), which of the different pieces so far it is (4); one
 * that comes for the first time is followed by length (4) and bytes.
 */
public final class PackedFolder {
    private static final int PIECE = 4096;

    private PackedFolder() {}

    /** Packs the files of a folder but locks and what RocksDB says for people, which tell where it was made. */
    public static void pack(Path folder, Path into) throws IOException {
        Deflater best = new Deflater(Deflater.BEST_COMPRESSION);
        try (OutputStream file = Files.newOutputStream(into);
                DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(file, best))) {
            Map<ByteBuffer, Integer> known = new HashMap<>();
            for (Path path : files(folder)) {
                out.writeUTF(folder.relativize(path).toString());
                pack(path, known, out);
            }
            out.writeUTF("");
        } finally {
            best.end();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> Files.isRegularFile(path)
                            && isKept(path.getFileName().toString()))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private static boolean isKept(String name) {
        return !name.equals("LOCK") && !name.equals("LOG") && !name.startsWith("LOG.old");
    }

    private static void pack(Path path, Map<ByteBuffer, Integer> known, DataOutputStream out) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = file.size();
            out.writeLong(size);
            for (long at = 0; at < size; at += PIECE) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE);
                while (piece.hasRemaining() && file.read(piece, at + piece.position()) >= 0) {}
                piece.flip();
                if (piece.mismatch(ByteBuffer.allocate(piece.remaining())) >= 0) {
                    out.writeLong(at);
                    write(piece, known, out);
                }
            }
            out.writeLong(-1);
        }
    }

    private static void write(ByteBuffer piece, Map<ByteBuffer, Integer> known, DataOutputStream out)
            throws IOException {
        Integer number = known.putIfAbsent(piece, known.size());
        out.writeInt(number == null ? known.size() - 1 : number);
        if (number == null) {
            byte[] bytes = SyncVolume.bytes(piece);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /** Makes the files again, below a folder. */
    public static void unpack(InputStream packed, Path folder) throws IOException {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(packed))) {
            List<byte[]> known = new ArrayList<>();
            for (String name = in.readUTF(); !name.isEmpty(); name = in.readUTF()) {
                Path path = folder.resolve(name);
                Files.createDirectories(path.getParent());
                unpack(in, known, path);
            }
        }
    }

    private static void unpack(DataInputStream in, List<byte[]> known, Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = in.readLong();
            for (long at = in.readLong(); at >= 0; at = in.readLong()) {
                int number = in.readInt();
                if (number == known.size()) {
                    known.add(in.readNBytes(in.readInt()));
                }
                ByteBuffer piece = ByteBuffer.wrap(known.get(number));
                while (piece.hasRemaining()) {
                    file.write(piece, at + piece.position());
                }
            }
            if (file.size() < size) {
                file.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }
}
