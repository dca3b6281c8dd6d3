package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The campaign in the gate; {@code -Dsandstone.damages=N} for more, {@code -Dsandstone.seed=S} for others. */
class DamageCampaignTest {
    private static final int DAMAGES = Integer.getInteger("sandstone.damages", 200);
    private static final long SEED = Long.getLong("sandstone.seed", 1);

    @TempDir
    private Path folder;

    @Test
    void aMirrorIsRepaired() throws Exception {
        try (DamagedMirror mirror = new DamagedMirror(folder, SEED)) {
            assertThat(DamageCampaign.run(mirror, DAMAGES)).isGreaterThanOrEqualTo(DAMAGES);
            System.out.println("a mirror, seed " + SEED + ": " + mirror.damages() + "; " + mirror.told());
            assertThat(mirror.damages().counts()).containsOnlyKeys(Damages.Kind.values());
            assertThat(mirror.comebacks()).isPositive();
        }
    }

    @Test
    void oneDiskIsNeverSilent() throws Exception {
        DamagedDisk disk = new DamagedDisk(folder, SEED);
        assertThat(DamageCampaign.run(disk, DAMAGES)).isGreaterThanOrEqualTo(DAMAGES);
        System.out.println("one disk, seed " + SEED + ": " + disk.damages() + "; pools " + disk.outcomes());
        assertThat(disk.damages().counts()).containsOnlyKeys(Damages.Kind.values());
        assertThat(disk.outcomes()).containsKeys(DamagedDisk.Outcome.LOST_BLOCKS, DamagedDisk.Outcome.WHOLE);
    }
}
