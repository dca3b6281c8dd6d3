package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The campaign in the gate; {@code -Dsandstone.losses=N} for more, {@code -Dsandstone.seed=S} for others. */
class LossCampaignTest {
    private static final int LOSSES = Integer.getInteger("sandstone.losses", 1);
    private static final long SEED = Long.getLong("sandstone.seed", 1);

    @TempDir
    private Path folder;

    @Test
    void disksAreLostAndRebuiltUnderLoad() throws Exception {
        try (LossCampaign campaign = new LossCampaign(folder, SEED)) {
            for (int i = 0; i < LOSSES; i++) {
                campaign.loss();
            }
            System.out.println("losses, seed " + SEED + ": " + campaign.writes() + " writes");
            assertThat(campaign.writes()).isPositive();
        }
    }
}
