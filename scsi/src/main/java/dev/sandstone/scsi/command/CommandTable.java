package dev.sandstone.scsi.command;

import dev.sandstone.scsi.cdb.Cdb;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every command the device serves. Immutable; shared by all units. */
public final class CommandTable {
    private static final int OPCODES = 256;
    private static final int SERVICE_ACTIONS = 32;

    private final List<CommandRow> rows;
    private final @Nullable CommandRow[] plain = new CommandRow[OPCODES];
    private final @Nullable CommandRow[] byServiceAction = new CommandRow[OPCODES * SERVICE_ACTIONS];
    private final boolean[] hasServiceActions = new boolean[OPCODES];

    /** Fails on two rows for one operation code and service action, or an operation code both with and without. */
    public CommandTable(Collection<CommandRow> rows) {
        this.rows = rows.stream()
                .sorted(Comparator.comparingInt(CommandRow::opcode).thenComparingInt(CommandRow::serviceAction))
                .toList();
        for (CommandRow row : this.rows) {
            place(row);
        }
    }

    /** The rows by operation code and service action, ascending. */
    public List<CommandRow> rows() {
        return rows;
    }

    /** The row that serves the CDB, or null: the operation code is not supported, or its service action is not. */
    public @Nullable CommandRow find(Cdb cdb) {
        CommandRow row = plain[cdb.opcode()];
        if (row != null) {
            return row;
        }
        boolean variable = cdb.opcode() == CommandRow.VARIABLE_LENGTH;
        return find(cdb.opcode(), variable ? cdb.u16(8) : cdb.bits(1, 4, 0));
    }

    /** The row of a service action, or null. */
    public @Nullable CommandRow find(int opcode, int serviceAction) {
        return serviceAction < SERVICE_ACTIONS ? byServiceAction[opcode * SERVICE_ACTIONS + serviceAction] : null;
    }

    /** The row of an operation code without service actions, or null. */
    public @Nullable CommandRow findPlain(int opcode) {
        return plain[opcode];
    }

    /** Whether some service action of the operation code is served. */
    public boolean hasServiceActions(int opcode) {
        return hasServiceActions[opcode];
    }

    private void place(CommandRow row) {
        int opcode = row.opcode();
        boolean clash = plain[opcode] != null;
        if (row.hasServiceAction()) {
            int at = opcode * SERVICE_ACTIONS + row.serviceAction();
            clash |= byServiceAction[at] != null;
            byServiceAction[at] = row;
            hasServiceActions[opcode] = true;
        } else {
            clash |= hasServiceActions[opcode];
            plain[opcode] = row;
        }
        if (clash) {
            throw new IllegalArgumentException("two rows claim the operation code of " + row);
        }
    }
}
