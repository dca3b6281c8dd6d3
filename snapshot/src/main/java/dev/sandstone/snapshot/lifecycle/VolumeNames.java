package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.VolumeId;
import java.util.Optional;

/** What people call volumes; kept above. */
@FunctionalInterface
public interface VolumeNames {
    /** Empty when nobody has given it a name. */
    Optional<String> name(VolumeId volume);

    /** Its name, or its id where it has none. */
    default String shown(VolumeId volume) {
        return name(volume).map(name -> "\"" + name + "\"").orElseGet(volume::toString);
    }
}
