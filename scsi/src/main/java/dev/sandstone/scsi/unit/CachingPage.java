package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.WritePolicy;

/** Caching mode page (SBC-3 6.4.5): WCE tells the volume's write policy, which is the administrator's to change. */
final class CachingPage extends ModePage {
    private static final int WCE = 0x04;

    private final Volume volume;

    CachingPage(Volume volume) {
        super(page(), new byte[20]);
        this.volume = volume;
    }

    @Override
    public byte[] current() {
        return withPolicy(super.current());
    }

    @Override
    public byte[] defaults() {
        return withPolicy(super.defaults());
    }

    @Override
    public byte[] saved() {
        return withPolicy(super.saved());
    }

    private byte[] withPolicy(byte[] page) {
        if (volume.writePolicy() == WritePolicy.WRITE_BACK) {
            page[2] |= WCE;
        }
        return page;
    }

    private static byte[] page() {
        byte[] page = new byte[20];
        page[0] = 0x08;
        page[1] = 18;
        return page;
    }
}
