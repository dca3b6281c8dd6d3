package dev.sandstone.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code san.toml} says: how the process runs. Volumes, hosts and grants are not here but in the array's catalog.
 *
 * @param dataDir folder of the file; relative paths start here
 */
public record ArrayConfig(Path dataDir, Pool pool, Iscsi iscsi, Api api, Limits limits, Log log) {

    /**
     * @param device block device or image file of the log; empty: an image file in the data folder
     * @param disks folders, block devices or image files that keep the log together; empty: only the one above
     * @param cacheBytes memory for block map and metadata; 0 lets the daemon choose
     * @param readCacheBytes memory for contents of blocks; 0: none; below 0 lets the daemon choose
     * @param ring whether io_uring may be used
     */
    public record Pool(Optional<Path> device, List<Path> disks, long cacheBytes, long readCacheBytes, boolean ring) {
        /** The daemon chooses. */
        public static final long CHOOSE = -1;

        /** One of which only these are said. */
        public static Pool of(Optional<Path> device, List<Path> disks) {
            return new Pool(device, disks, 0, CHOOSE, true);
        }
    }

    /**
     * @param portals where initiators connect
     * @param loops event loops; 0 lets the daemon choose
     * @param stallMillis an event loop that is held up longer is told in the log; 0: they are not watched
     */
    public record Iscsi(List<HostPort> portals, int loops, int stallMillis) {
        /** Unless the file says otherwise. */
        public static final int STALL_MILLIS = 50;
    }

    /**
     * @param listen where the REST interface listens on TCP, loopback only; empty: only the Unix socket
     * @param tokenFile holds the SHA-256 of the admin token in hexadecimal
     */
    public record Api(Optional<HostPort> listen, Path tokenFile) {}

    /**
     * @param connections iSCSI connections at once
     * @param volumes volumes of the array
     */
    public record Limits(int connections, int volumes) {}

    /** @param level the least important level that is written */
    public record Log(Level level, Format format) {

        /** How much is told. */
        public enum Level {
            ERROR,
            WARN,
            INFO,
            DEBUG
        }

        /** AUTO is TEXT on a terminal, JSON elsewhere. */
        public enum Format {
            AUTO,
            TEXT,
            JSON
        }
    }
}
