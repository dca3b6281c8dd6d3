package dev.sandstone.scsi.unit;

import java.util.Arrays;

/**
 * A mode page: its bytes with header, which bits a MODE SELECT may change, what they are now, and what is
 * saved (SPC-4 7.5). A reset brings the saved values back, which are the defaults until a MODE SELECT saves others.
 */
public abstract class ModePage {
    private static final int SUBPAGE_FORMAT = 0x40;

    private final byte[] defaults;
    private final byte[] changeable;
    private final byte[] current;
    private final byte[] saved;

    /**
     * @param defaults the whole page; bytes 0 and 1 (and 1 to 3 with SPF set) are its header
     * @param changeable the same length: one bits may be changed; its header bytes are ignored
     */
    ModePage(byte[] defaults, byte[] changeable) {
        this.defaults = defaults;
        this.changeable = changeable;
        this.current = defaults.clone();
        this.saved = defaults.clone();
        System.arraycopy(defaults, 0, changeable, 0, headerBytes());
    }

    /** PAGE CODE. */
    public final int code() {
        return defaults[0] & 0x3F;
    }

    /** SUBPAGE CODE, zero for a page without. */
    public final int subpage() {
        return hasSubpage() ? defaults[1] & 0xFF : 0;
    }

    /** Bytes of the page with its header. */
    public final int length() {
        return defaults.length;
    }

    /** 2, or 4 in the subpage format. */
    public final int headerBytes() {
        return hasSubpage() ? 4 : 2;
    }

    /** A copy of the current values. */
    public byte[] current() {
        return current.clone();
    }

    /** A copy of the default values. */
    public byte[] defaults() {
        return defaults.clone();
    }

    /** A copy of the saved values. */
    public byte[] saved() {
        return saved.clone();
    }

    /** PS: whether there is anything in it to save. */
    public final boolean savable() {
        for (int at = headerBytes(); at < changeable.length; at++) {
            if (changeable[at] != 0) {
                return true;
            }
        }
        return false;
    }

    /** The current values are what a reset brings back from now on. */
    final void save() {
        System.arraycopy(current, 0, saved, 0, saved.length);
    }

    /** A copy of the changeable mask, with a true header. */
    public final byte[] changeable() {
        return changeable.clone();
    }

    /**
     * Finds the first byte after the header that asks for a change this page does not allow.
     *
     * @param page {@link #length()} bytes
     * @return {@code byte * 8 + bit}, bit the most significant wrong one; -1 when all is allowed
     */
    public final int firstUnchangeable(byte[] page) {
        byte[] now = current();
        for (int at = headerBytes(); at < page.length; at++) {
            int wrong = (page[at] ^ now[at]) & ~changeable[at] & 0xFF;
            if (wrong != 0) {
                return at * 8 + 31 - Integer.numberOfLeadingZeros(wrong);
            }
        }
        return -1;
    }

    /** Takes the changeable bits of a page that was checked; returns whether anything changed. */
    public final boolean select(byte[] page) {
        byte[] before = current.clone();
        for (int at = headerBytes(); at < page.length; at++) {
            current[at] = (byte) ((current[at] & ~changeable[at]) | (page[at] & changeable[at]));
        }
        return !Arrays.equals(before, current);
    }

    final void reset() {
        System.arraycopy(saved, 0, current, 0, current.length);
    }

    final boolean currentBit(int at, int bit) {
        return (current[at] >>> bit & 1) != 0;
    }

    private boolean hasSubpage() {
        return (defaults[0] & SUBPAGE_FORMAT) != 0;
    }
}
