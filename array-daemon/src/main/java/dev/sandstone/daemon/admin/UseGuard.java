package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a volume from changing under those who use it: a file system that is mounted while its volume goes back keeps what
 * it has cached and writes it over the old content.
 */
final class UseGuard {
    private UseGuard() {}

    /** @param force whether it may happen all the same */
    static void requireUnused(Exposure exposure, VolumeEntry volume, @Nullable Boolean force) {
        List<String> viewers = exposure.viewers(volume);
        if (!viewers.isEmpty() && !Boolean.TRUE.equals(force)) {
            throw new ApiException(
                    ErrorCode.VOLUME_IN_USE,
                    "volume \"" + volume.name() + "\" is in use",
                    "logged in: " + String.join(", ", viewers),
                    "unmount and log out there, or say --force and let every initiator read it anew");
        }
    }
}
