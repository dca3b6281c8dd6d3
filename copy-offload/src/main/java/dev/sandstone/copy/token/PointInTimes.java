package dev.sandstone.copy.token;

import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import java.util.concurrent.CompletionStage;

/** Keeps what volumes show at a moment, for a token to name it. Any thread may call. */
@FunctionalInterface
public interface PointInTimes {

    /**
     * Keeps what the volume shows now; no data is copied. What is kept does not outlive the process.
     *
     * @return completes on any thread; exceptionally when nothing could be kept
     */
    CompletionStage<Kept> keep(VolumeId volume);

    /** What was kept. */
    interface Kept {
        /** For reading only; its operations end with NOT_FOUND once it has been let go. */
        Volume view();

        /** It is not needed any more. Once. */
        void letGo();
    }
}
