package dev.sandstone.scsi.device;

import dev.sandstone.scsi.block.BlockCommands;
import dev.sandstone.scsi.command.CommandExtension;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.primary.PrimaryCommands;
import dev.sandstone.scsi.unit.DeviceIdentificationPage;
import dev.sandstone.scsi.unit.ExtendedInquiryPage;
import dev.sandstone.scsi.unit.ManagementAddressesPage;
import dev.sandstone.scsi.unit.ModePolicyPage;
import dev.sandstone.scsi.unit.PortsPage;
import dev.sandstone.scsi.unit.SerialNumberPage;
import dev.sandstone.scsi.unit.SupportedPages;
import dev.sandstone.scsi.unit.VpdPage;
import java.util.ArrayList;
import java.util.List;

/** All commands of this array, with all pages its INQUIRY answers. */
public final class StandardCommands {
    private StandardCommands() {}

    /** A new table; one for all units will do. */
    public static CommandTable table() {
        return table(new CommandExtension(List.of(), List.of()));
    }

    /** A new table with what other modules add. */
    public static CommandTable table(CommandExtension more) {
        List<CommandRow> rows = new ArrayList<>(PrimaryCommands.rows(vpdPages(more.vpdPages())));
        rows.addAll(BlockCommands.rows());
        rows.addAll(more.rows());
        return new CommandTable(rows);
    }

    private static List<VpdPage> vpdPages(List<VpdPage> more) {
        List<VpdPage> pages = new ArrayList<>(List.of(
                new SerialNumberPage(),
                new DeviceIdentificationPage(),
                new ManagementAddressesPage(),
                new ExtendedInquiryPage(),
                new ModePolicyPage(),
                new PortsPage()));
        pages.addAll(BlockCommands.vpdPages());
        pages.addAll(more);
        pages.add(0, new SupportedPages(pages));
        return pages;
    }
}
