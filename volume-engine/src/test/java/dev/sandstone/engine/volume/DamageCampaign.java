package dev.sandstone.engine.volume;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Bits flip, blocks are swapped, blocks and segments become what they were, files end early: on the real files of a mirror,
 * where all is repaired, and of a pool of one disk, where all is noticed. A program: {@code DamageCampaign FOLDER DAMAGES
 * [SEED]}, so many on each.
 */
public final class DamageCampaign {
    /** In so many places before the pool is looked at: while it is closed, and again while it is open. */
    private static final int ON_A_MIRROR = 10;

    /** Of one disk, while it is open, beside the one while it was closed. */
    private static final int ON_ONE_DISK = 9;

    /** Of one pool, in the program. */
    private static final int MOST = 1000;

    private DamageCampaign() {}

    /** Damages the mirror; answers how often. */
    static int run(DamagedMirror mirror, int damages) throws Exception {
        while (mirror.damages().total() < damages) {
            mirror.life(ON_A_MIRROR);
        }
        mirror.end();
        return mirror.damages().total();
    }

    /** Damages the pool of one disk; answers how often. */
    static int run(DamagedDisk disk, int damages) throws Exception {
        while (disk.damages().total() < damages) {
            disk.life(ON_ONE_DISK);
        }
        return disk.damages().total();
    }

    /** Runs them, on a new pool every now and then. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int damages = Integer.parseInt(arguments[1]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        long began = System.nanoTime();
        for (int done = 0, pools = 0; done < damages; pools++) {
            Path own = folder.resolve("m" + pools);
            try (DamagedMirror mirror = new DamagedMirror(own, seed + pools)) {
                done += run(mirror, Math.min(damages - done, MOST));
                say("a mirror", seed + pools, mirror.damages() + "; " + mirror.told(), began);
            }
            FolderCopy.delete(own);
        }
        for (int done = 0, pools = 0; done < damages; pools++) {
            Path own = folder.resolve("s" + pools);
            DamagedDisk disk = new DamagedDisk(own, seed + pools);
            done += run(disk, Math.min(damages - done, MOST));
            say("one disk", seed + pools, disk.damages() + "; pools " + disk.outcomes(), began);
            FolderCopy.delete(own);
        }
    }

    private static void say(String what, long seed, String told, long began) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        System.out.println(what + ", seed " + seed + ": " + told + ", " + seconds + " s");
    }
}
