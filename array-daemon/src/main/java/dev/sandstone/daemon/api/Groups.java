package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about consistency groups. */
public final class Groups {
    private Groups() {}

    /** @param volumes absent: none yet */
    public record Create(String name, @Nullable List<String> volumes) {}

    public record Members(List<String> volumes) {}

    /**
     * @param name of the group's snapshot
     * @param force whether it may happen under the sessions that see a member
     */
    public record Rollback(String name, @Nullable Boolean force) {}

    /**
     * @param createdAt ISO 8601, UTC
     * @param snapshots names of the snapshots that every member has a part of, oldest first
     */
    public record View(String name, List<String> volumes, String createdAt, List<String> snapshots) {}

    public record Page(List<View> items) {}
}
