package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about grants: which host sees which volume, where, and whether it may write. */
public final class Grants {
    private Grants() {}

    /** @param lun absent: the volume's own number if free for the host, else the lowest free one */
    public record Create(
            String volume,
            String host,
            @Nullable Integer lun,
            @Nullable Boolean readOnly) {}

    /** @param readOnly whether the host cannot write, be it by this grant or because nobody can */
    public record View(String volume, String host, String iqn, int lun, boolean readOnly) {}

    public record Page(List<View> items) {}
}
