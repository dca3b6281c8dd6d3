package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Volume;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mode pages of a logical unit, shared by all nexuses. */
public final class ModePages {
    private final ErrorRecoveryPage recovery = new ErrorRecoveryPage();
    private final ControlPage control = new ControlPage();
    private final ProvisioningPage provisioning = new ProvisioningPage();
    private final List<ModePage> pages;

    ModePages(Volume volume) {
        pages = List.of(
                recovery,
                new CachingPage(volume),
                control,
                new ControlExtensionPage(),
                new InformationalExceptionsPage(),
                provisioning);
    }

    /** All pages, ascending by page code and subpage code. */
    public List<ModePage> all() {
        return pages;
    }

    public @Nullable ModePage find(int code, int subpage) {
        for (ModePage page : pages) {
            if (page.code() == code && page.subpage() == subpage) {
                return page;
            }
        }
        return null;
    }

    /** D_SENSE: sense data takes the descriptor format. */
    public boolean descriptorSense() {
        return control.descriptorSense();
    }

    /** SWP: writes are refused. */
    public boolean softwareWriteProtect() {
        return control.softwareWriteProtect();
    }

    /** QUEUE ALGORITHM MODIFIER 1: SIMPLE tasks may overtake each other. */
    public boolean unrestrictedReordering() {
        return control.unrestrictedReordering();
    }

    /** LBPERE: thresholds of logical block provisioning are reported. */
    public boolean reportsThresholds() {
        return recovery.reportsThresholds();
    }

    /**
     * Compares with the thresholds that initiators have set.
     *
     * @return whether one was reached that was not before, and is to be reported
     */
    boolean thresholdReached(SpaceSource.Space now) {
        return anyThreshold() && provisioning.reached(now);
    }

    /** Whether there is a threshold to compare with. One that was reached while none is reported may be reached anew. */
    boolean anyThreshold() {
        return provisioning.anyEnabled(reportsThresholds());
    }

    /** The current values of all pages that can be saved, one behind the other. */
    public byte[] image() {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        pages.stream().filter(ModePage::savable).forEach(page -> image.writeBytes(page.current()));
        return image.toByteArray();
    }

    /** The current values are saved, and kept by whoever calls. */
    public void save() {
        pages.forEach(ModePage::save);
    }

    /** Takes an {@link #image}; pages that are not known in that length any more are left out. */
    void restore(byte[] image) {
        int at = 0;
        while (at + 4 <= image.length) {
            boolean subpage = (image[at] & 0x40) != 0;
            int length = subpage
                    ? 4 + (((image[at + 2] & 0xFF) << 8) | (image[at + 3] & 0xFF))
                    : (2 + (image[at + 1] & 0xFF));
            ModePage page = find(image[at] & 0x3F, subpage ? image[at + 1] & 0xFF : 0);
            if (page != null && page.length() == length && at + length <= image.length) {
                page.select(Arrays.copyOfRange(image, at, at + length));
                page.save();
            }
            at += length;
        }
    }

    void reset() {
        pages.forEach(ModePage::reset);
    }
}
