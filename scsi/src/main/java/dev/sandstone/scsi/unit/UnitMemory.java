package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.AnnexKind;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.Volume;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a unit remembers through restarts, besides its reservations: identifying information, saved mode pages, a format or
 * sanitize operation that has not ended. Kept with the volume; in force is what is on stable storage. Where what was kept cannot be
 * read the unit is as after a sanitize that has failed. Touched on the unit's loop only.
 */
public final class UnitMemory {
    /** The longest identifying information: at least 64 (SPC-4 6.32). */
    public static final int MOST_INFORMATION_BYTES = 512;

    /** The longest identifying text. */
    public static final int MOST_TEXT_BYTES = 256;

    private static final Logger LOG = LoggerFactory.getLogger(UnitMemory.class);

    private final Volume volume;
    private final KeptValue<Facts> kept;

    /**
     * What is remembered. Arrays are not changed.
     *
     * @param information identifying information
     * @param text identifying text, null-terminated, or empty
     * @param modePages the mode pages that were saved, one behind the other
     * @param erase the format or sanitize under way or failed; {@link Erase#NONE}
     * @param pattern what a sanitize under way overwrites blocks with; empty: it erases
     */
    public record Facts(byte[] information, byte[] text, byte[] modePages, Erase erase, byte[] pattern) {
        /** Of a unit that remembers nothing. */
        public static final Facts NONE = new Facts(new byte[0], new byte[0], new byte[0], Erase.NONE, new byte[0]);

        /**
         * Of one that cannot read what it remembers: a sanitize may have been under way, or have failed, so the medium is not given
         * out. Mostly there was none: the failure may be left by EXIT FAILURE MODE, for only erasing to be the way out would
         * cost data.
         */
        static final Facts UNREADABLE =
                new Facts(new byte[0], new byte[0], new byte[0], Erase.SANITIZE_FAILED_UNRESTRICTED, new byte[0]);

        public Facts information(byte[] value) {
            return new Facts(value, text, modePages, erase, pattern);
        }

        public Facts text(byte[] value) {
            return new Facts(information, value, modePages, erase, pattern);
        }

        public Facts modePages(byte[] value) {
            return new Facts(information, text, value, erase, pattern);
        }

        public Facts erase(Erase value, byte[] with) {
            return new Facts(information, text, modePages, value, with);
        }
    }

    /** How far FORMAT UNIT and SANITIZE are (SBC-3 4.11). The codes are on disk. */
    public enum Erase {
        NONE(0),
        /** Under way; begun anew when the array restarts. */
        SANITIZING(1),
        /** Under way with AUSE: a failure may be left by EXIT FAILURE MODE. */
        SANITIZING_UNRESTRICTED(2),
        SANITIZE_FAILED(3),
        SANITIZE_FAILED_UNRESTRICTED(4),
        /** A format has begun and not come to a good end: unless it is under way, it has failed or was cut off. */
        FORMAT_BEGUN(5);

        private final int code;

        Erase(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static @Nullable Erase of(int code) {
            for (Erase state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            return null;
        }

        /** Whether a sanitize runs. */
        public boolean sanitizing() {
            return this == SANITIZING || this == SANITIZING_UNRESTRICTED;
        }

        /** Whether a sanitize has failed. */
        public boolean sanitizeFailed() {
            return this == SANITIZE_FAILED || this == SANITIZE_FAILED_UNRESTRICTED;
        }

        /** What follows when the sanitize fails. */
        Erase failure() {
            return this == SANITIZING_UNRESTRICTED ? SANITIZE_FAILED_UNRESTRICTED : SANITIZE_FAILED;
        }
    }

    UnitMemory(Volume volume) {
        this.volume = volume;
        this.kept = new KeptValue<>(volume, AnnexKind.UNIT, new Form());
    }

    /** What is remembered. */
    public Facts facts() {
        return kept.now();
    }

    /** Identifying information. */
    public byte[] information() {
        return facts().information();
    }

    /** Identifying text. */
    public byte[] text() {
        return facts().text();
    }

    /** Changes what is remembered, in the order of the calls; {@code done} when it is durable, or cannot be. */
    public void change(UnaryOperator<Facts> change, Completion done) {
        kept.change(change, done);
    }

    private final class Form implements KeptValue.Form<Facts> {
        @Override
        public byte[] encode(Facts facts) {
            return UnitMemoryCodec.encode(facts);
        }

        @Override
        public Facts restore(byte @Nullable [] bytes) {
            try {
                return bytes == null ? Facts.NONE : UnitMemoryCodec.decode(bytes);
            } catch (IllegalArgumentException damaged) {
                // The bytes passed the checksums of the log: written so by another version.
                LOG.error(
                        "volume {}: {}; a sanitize may have been cut off: nobody may read or write until one has ended, or"
                                + " SANITIZE with EXIT FAILURE MODE was sent",
                        volume.id(),
                        damaged.getMessage());
                return Facts.UNREADABLE;
            }
        }
    }
}
