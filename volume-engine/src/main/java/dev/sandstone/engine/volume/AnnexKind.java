package dev.sandstone.engine.volume;

import dev.sandstone.engine.recovery.AnnexPart;

/** Who keeps what with a volume, so that no number is taken twice. On disk: never changed. */
public final class AnnexKind {
    /** Persistent reservations. */
    public static final int RESERVATIONS = 1;

    /** What a device server keeps of its unit: identifying information, an unfinished sanitize. */
    public static final int UNIT = 2;

    /** Most bytes of one. */
    public static final int MOST_BYTES = AnnexPart.MOST_ANNEX_BYTES;

    private AnnexKind() {}
}
