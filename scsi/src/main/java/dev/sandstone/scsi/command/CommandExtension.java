package dev.sandstone.scsi.command;

import dev.sandstone.scsi.unit.VpdPage;
import java.util.List;

/** What another module adds to the commands of this device: rows of the command table, and VPD pages. */
public record CommandExtension(List<CommandRow> rows, List<VpdPage> vpdPages) {
    public CommandExtension {
        rows = List.copyOf(rows);
        vpdPages = List.copyOf(vpdPages);
    }
}
