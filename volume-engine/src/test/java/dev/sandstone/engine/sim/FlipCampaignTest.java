package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every flipped bit is repaired on a mirror, noticed on one disk; {@code -Dsandstone.flips=N} for more. */
class FlipCampaignTest {
    private static final int FLIPS = Integer.getInteger("sandstone.flips", 200);
    private static final long SEED = Long.getLong("sandstone.seed", 1);

    @Test
    void aMirrorIsRepaired() throws StoreException {
        assertThat(new FlipCampaign(SEED, 2).mirror(FLIPS)).as("seed %d", SEED).isEqualTo(FLIPS);
    }

    @Test
    void oneDiskNotices() throws StoreException {
        FlipCampaign one = new FlipCampaign(SEED, 1);
        Map<String, Integer> how = new TreeMap<>();
        for (int i = 0; i < FLIPS; i++) {
            how.merge(one.alone(), 1, Integer::sum);
        }
        System.out.println("flips of one disk, seed " + SEED + ": " + how);
        assertThat(how.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(FLIPS);
        assertThat(how).containsKey("counted");
    }
}
