package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Volume;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mode pages of a logical unit, shared by all nexuses. */
public final class ModePages {
    private final ControlPage control = new ControlPage();
    private final ProvisioningPage provisioning = new ProvisioningPage();
    private final List<ModePage> pages;

    ModePages(Volume volume) {
        pages = List.of(
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

    ProvisioningPage provisioning() {
        return provisioning;
    }

    void reset() {
        pages.forEach(ModePage::reset);
    }
}
