package dev.sandstone.daemon.target;

import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Volume;
import java.util.Optional;

/** What is behind a unit: a volume, or the view of a mounted snapshot. */
@FunctionalInterface
public interface UnitVolumes {
    /** Empty when the pool does not hold it. May block; not to be called on a loop. */
    Optional<Volume> of(VolumeEntry unit);
}
