package dev.sandstone.copy.command;

import dev.sandstone.copy.token.PointInTimes;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps copies of volumes in memory; keeping can be made to wait or fail. */
final class HeapTimes implements PointInTimes {
    private final Map<VolumeId, HeapVolume> volumes = new HashMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private byte[] last = {};
    private int kept;
    private boolean holding;
    private boolean failing;

    void know(HeapVolume volume) {
        volumes.put(volume.id(), volume);
    }

    /** How many are kept now. */
    int kept() {
        return kept;
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    void fail() {
        failing = true;
    }

    @Override
    public CompletionStage<Kept> keep(VolumeId id) {
        CompletableFuture<Kept> stage = new CompletableFuture<>();
        HeapVolume source = volumes.get(id);
        Runnable keep = () -> {
            if (failing || source == null) {
                stage.completeExceptionally(new EngineException(EngineStatus.SPACE_EXHAUSTED, "full"));
                return;
            }
            kept++;
            HeapVolume copy = new HeapVolume(source.loop(), 1, new VolumeId(new UUID(0x70CE0000L + kept, kept)));
            // Moments that look alike share their bytes: there are many in some tests.
            last = Arrays.equals(last, source.bytes()) ? last : source.bytes().clone();
            copy.become(last);
            stage.complete(new Copy(copy));
        };
        if (holding) {
            held.add(keep);
        } else {
            keep.run();
        }
        return stage;
    }

    private final class Copy implements Kept {
        private final HeapVolume volume;

        Copy(HeapVolume volume) {
            this.volume = volume;
        }

        @Override
        public Volume view() {
            return volume;
        }

        @Override
        public void letGo() {
            kept--;
            volume.become(new byte[0]);
        }
    }
}
