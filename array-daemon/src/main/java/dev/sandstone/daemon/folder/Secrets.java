package dev.sandstone.daemon.folder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.Sealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The secrets of an array, each in a file of mode 0600. */
public final class Secrets {
    private final Path folder;

    Secrets(Path folder) {
        this.folder = folder;
    }

    /** The file that the standard configuration names. */
    public Path tokenFile() {
        return folder.resolve("admin-token.sha256");
    }

    /**
     * The key of sealed secrets; made when it is absent.
     *
     * @throws ApiException when the file is no key
     */
    public Sealer sealer() {
        Path file = folder.resolve("seal.key");
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[Sealer.KEY_BYTES];
                new SecureRandom().nextBytes(key);
                replace(file, key);
            }
            return new Sealer(Files.readAllBytes(file));
        } catch (IllegalArgumentException bad) {
            throw new ApiException(
                    ErrorCode.FOLDER_NOT_AN_ARRAY,
                    file + " is no key",
                    String.valueOf(bad.getMessage()),
                    "restore the file from a copy; without it CHAP secrets must be given again",
                    bad);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read or write " + file, failed);
        }
    }

    /** Keeps the hash of the admin token. */
    public void keepToken(String sha256) {
        try {
            replace(tokenFile(), (sha256 + "\n").getBytes(US_ASCII));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + tokenFile(), failed);
        }
    }

    /** Puts a file of mode 0600 in the place of an older one, whole or not at all; durable on return. */
    static void replace(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(content.length).put(content).flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
