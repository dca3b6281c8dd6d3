package dev.sandstone.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.session.RequestTable.Action;
import org.junit.jupiter.api.Test;

/** Every cell of phase x opcode, spelled out apart from the code. */
class RequestTableTest {
    /** A row for each phase in order, a letter for each opcode 00h to 3Fh. */
    private static final String[] CELLS = {
        // 00..0F          10..1F             20..2F             30..3F
        "xxxLxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx", // LOGIN
        "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx", // ENTERING
        "NCMxTDOuuuuuuuuu" + "Suuuuuuuuuuuuuuu" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx", // FULL_FEATURE
        "uuuxTuOuuuuuuuuu" + "uuuuuuuuuuuuuuuu" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx", // DISCOVERY
        "NCMxTDOuuuuuuuuu" + "Suuuuuuuuuuuuuuu" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx", // LOGOUT_REQUESTED
        "iiixiiiiiiiiiiii" + "iiiiiiiiiiiiiiii" + "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx", // LOGGING_OUT
        "iiiiiiiiiiiiiiii" + "iiiiiiiiiiiiiiii" + "iiiiiiiiiiiiiiii" + "iiiiiiiiiiiiiiii", // CLOSED
    };

    @Test
    void everyCellIsAsWritten() {
        Phase[] phases = Phase.values();
        assertThat(phases).hasSameSizeAs(CELLS);
        for (int p = 0; p < phases.length; p++) {
            for (int opcode = 0; opcode < 0x40; opcode++) {
                assertThat(RequestTable.action(phases[p], opcode))
                        .as("%s, opcode %02x", phases[p], opcode)
                        .isEqualTo(action(CELLS[p].charAt(opcode)));
            }
        }
    }

    private static Action action(char letter) {
        return switch (letter) {
            case 'L' -> Action.LOGIN;
            case 'N' -> Action.NOP_OUT;
            case 'C' -> Action.SCSI_COMMAND;
            case 'M' -> Action.TASK_MANAGEMENT;
            case 'T' -> Action.TEXT;
            case 'D' -> Action.DATA_OUT;
            case 'O' -> Action.LOGOUT;
            case 'S' -> Action.SNACK;
            case 'u' -> Action.REJECT_UNSUPPORTED;
            case 'i' -> Action.IGNORE;
            case 'x' -> Action.DROP;
            default -> throw new IllegalArgumentException("letter " + letter);
        };
    }

    @Test
    void numberedRequestsAreThoseWithCmdSn() {
        for (int opcode = 0; opcode < 0x40; opcode++) {
            boolean expected = opcode == 0 || opcode == 1 || opcode == 2 || opcode == 3 || opcode == 4 || opcode == 6;
            assertThat(RequestTable.isNumbered(opcode))
                    .as("opcode %02x", opcode)
                    .isEqualTo(expected);
        }
    }
}
