package dev.sandstone.scsi.unit;

import java.nio.ByteBuffer;

/**
 * Logical Block Provisioning mode page (SBC-3 6.4.6): soft thresholds an initiator may arm. One falls with what the pool has
 * available, one rises with what the unit uses; counts are in threshold sets of {@link #SET_BYTES}.
 *
 * <pre>
 *   0  SPF, 1Ch    1  02h    2  PAGE LENGTH (2)    4  SITUA (bit 0): one nexus is told, else all
 *  16  threshold descriptors of 8 bytes:
 *      0  ENABLED (bit 7), THRESHOLD TYPE 000b (soft), THRESHOLD ARMING
 *      1  THRESHOLD RESOURCE    4  THRESHOLD COUNT (4)
 * </pre>
 */
public final class ProvisioningPage extends ModePage {
    /** THRESHOLD EXPONENT: a threshold set is 2 to its power of logical blocks. */
    public static final int EXPONENT = 11;

    /** Bytes of a threshold set: 1 MiB. */
    public static final long SET_BYTES = 512L << EXPONENT;

    private static final int LENGTH = 32;
    private static final int AVAILABLE = 16;
    private static final int USED = 24;
    private static final int ENABLED = 0x80;
    private static final int ARM_DECREASING = 1;
    private static final int ARM_INCREASING = 2;

    private boolean availableReached;
    private boolean usedReached;

    ProvisioningPage() {
        super(page(), changeableBits());
    }

    /**
     * Compares with the thresholds that are enabled.
     *
     * @return whether one was reached that was not before
     */
    boolean reached(SpaceSource.Space space) {
        ByteBuffer now = ByteBuffer.wrap(current());
        boolean low = enabled(now, AVAILABLE) && space.availableBytes() / SET_BYTES <= count(now, AVAILABLE);
        boolean high = enabled(now, USED) && space.usedBytes() / SET_BYTES >= count(now, USED);
        boolean news = (low && !availableReached) || (high && !usedReached);
        availableReached = low;
        usedReached = high;
        return news;
    }

    /**
     * Whether there is a threshold to compare with. One that was reached and is not enabled any more may be reached anew.
     *
     * @param reported whether thresholds are reported at all
     */
    boolean anyEnabled(boolean reported) {
        ByteBuffer now = ByteBuffer.wrap(current());
        boolean low = reported && enabled(now, AVAILABLE);
        boolean high = reported && enabled(now, USED);
        availableReached &= low;
        usedReached &= high;
        return low || high;
    }

    private static boolean enabled(ByteBuffer page, int at) {
        return (page.get(at) & ENABLED) != 0;
    }

    private static long count(ByteBuffer page, int at) {
        return page.getInt(at + 4) & 0xFFFF_FFFFL;
    }

    private static byte[] page() {
        byte[] page = new byte[LENGTH];
        page[0] = 0x5C;
        page[1] = 0x02;
        page[3] = LENGTH - 4;
        page[AVAILABLE] = ARM_DECREASING;
        page[AVAILABLE + 1] = 0x01;
        page[USED] = ARM_INCREASING;
        page[USED + 1] = 0x02;
        return page;
    }

    private static byte[] changeableBits() {
        byte[] mask = new byte[LENGTH];
        for (int at : new int[] {AVAILABLE, USED}) {
            mask[at] = (byte) ENABLED;
            ByteBuffer.wrap(mask).putInt(at + 4, -1);
        }
        return mask;
    }
}
