package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The campaign in the gate; {@code -Dsandstone.brim.cycles=N} for more, {@code -Dsandstone.seed=S} for others. */
class BrimCampaignTest {
    private static final int CYCLES = Integer.getInteger("sandstone.brim.cycles", 5);
    private static final long SEED = Long.getLong("sandstone.seed", 1);

    @TempDir
    private Path folder;

    @Test
    void aPoolLivesAtItsBrim() throws Exception {
        try (BrimCampaign campaign = new BrimCampaign(folder, SEED)) {
            for (int i = 0; i < CYCLES; i++) {
                campaign.cycle(1);
            }
            System.out.println("brim, seed " + SEED + ": " + campaign.counts());
            assertThat(campaign.counts().cycles()).isEqualTo(CYCLES);
            assertThat(campaign.counts().snapshots()).isEqualTo(CYCLES);
        }
    }
}
