package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The campaign in the gate; {@code -Dsandstone.losses=N} for more, {@code -Dsandstone.seed=S} for others. */
class LossCampaignTest {
    private static final int LOSSES = Integer.getInteger("sandstone.losses", 1);
    private static final long SEED = Long.getLong("sandstone.seed", 1);

    @TempDir
    private Path folder;

    /** Without a restart; what is at its place but is not it is left alone. */
    @Test
    void aDiskThatWasPulledOutComesBackUnderLoad() throws Exception {
        try (LossCampaign campaign = new LossCampaign(folder.resolve("pool"), SEED);
                LossCampaign other = new LossCampaign(folder.resolve("other"), SEED)) {
            Path lost = campaign.pull();
            Path aside = lost.resolveSibling("aside");
            Files.move(lost, aside);
            Files.copy(other.pull(), lost);
            assertThatThrownBy(() -> campaign.add(lost)).hasMessageContaining("is another one now");
            Files.move(aside, lost, StandardCopyOption.REPLACE_EXISTING);
            campaign.comesBack(lost);
            assertThat(campaign.returned()).isEqualTo(1);
        }
    }

    @Test
    void disksAreLostAndRebuiltUnderLoad() throws Exception {
        try (LossCampaign campaign = new LossCampaign(folder, SEED)) {
            for (int i = 0; i < LOSSES; i++) {
                campaign.loss();
            }
            System.out.println(campaign.returned() + " disks came back; losses, seed " + SEED + ": " + campaign.writes()
                    + " writes");
            assertThat(campaign.writes()).isPositive();
        }
    }
}
