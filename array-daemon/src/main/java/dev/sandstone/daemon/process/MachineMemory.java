package dev.sandstone.daemon.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory the process may count on. */
final class MachineMemory {
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+([0-9]{1,12}) kB");
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    private MachineMemory() {}

    /** The machine's memory, or what its control group leaves of it. */
    static long bytes() {
        long machine = 4 * GIB;
        Matcher total = TOTAL.matcher(text(Path.of("/proc/meminfo")));
        if (total.find()) {
            machine = Long.parseLong(total.group(1)) * 1024;
        }
        String group = text(Path.of("/sys/fs/cgroup/memory.max")).strip();
        return group.matches("[0-9]{1,18}") ? Math.min(machine, Long.parseLong(group)) : machine;
    }

    /** What a pool in memory may take unless told otherwise: a quarter. */
    static long pool() {
        return Math.max(256 * MIB, bytes() / 4 / (64 * MIB) * (64 * MIB));
    }

    /** What block map and metadata may take unless told otherwise: a sixteenth, at most 1 GiB. */
    static long cache() {
        return Math.min(GIB, Math.max(64 * MIB, bytes() / 16));
    }

    /** What contents of blocks may take unless told otherwise: an eighth. */
    static long readCache() {
        return bytes() / 8;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException absent) {
            return "";
        }
    }
}
