package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a volume from changing under those who use it: a file system that is mounted while its volume goes back keeps what
 * it has cached and writes it over the old content, and a sanitize would end without having erased what came back behind it.
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

    /** Until the answer is released no initiator formats or sanitizes the volumes; refused when one does so now. */
    static Exposure.Hold requireNotErased(Exposure exposure, List<VolumeEntry> volumes) {
        List<Exposure.Hold> holds = new ArrayList<>();
        Exposure.Hold all = () -> holds.forEach(Exposure.Hold::release);
        try {
            volumes.forEach(volume -> holds.add(requireNotErased(exposure, volume)));
        } catch (RuntimeException refused) {
            all.release();
            throw refused;
        }
        return all;
    }

    private static Exposure.Hold requireNotErased(Exposure exposure, VolumeEntry volume) {
        return exposure.holdFromErasing(volume)
                .orElseThrow(() -> new ApiException(
                        ErrorCode.VOLUME_IN_USE,
                        "volume \"" + volume.name() + "\" is being erased",
                        "an initiator has begun to format or sanitize it, which must reach all that it holds",
                        "wait until that has ended: the initiator's REQUEST SENSE tells how far it is"));
    }
}
