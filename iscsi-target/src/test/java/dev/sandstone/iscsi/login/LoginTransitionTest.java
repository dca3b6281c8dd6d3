package dev.sandstone.iscsi.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every cell of stage x CSG x T x C x NSG. */
class LoginTransitionTest {
    private static final int FIRST = LoginTransition.FIRST;

    /** The cells that are allowed, as "stage CSG T C NSG" with * for any NSG; all others are errors. */
    private static final Map<String, LoginTransition> ALLOWED = Map.ofEntries(
            Map.entry("-1 0 0 0 *", LoginTransition.STAY),
            Map.entry("-1 1 0 0 *", LoginTransition.STAY),
            Map.entry("-1 0 0 1 *", LoginTransition.MORE_TEXT),
            Map.entry("-1 1 0 1 *", LoginTransition.MORE_TEXT),
            Map.entry("-1 0 1 0 1", LoginTransition.TO_OPERATIONAL),
            Map.entry("-1 0 1 0 3", LoginTransition.TO_FULL_FEATURE),
            Map.entry("-1 1 1 0 3", LoginTransition.TO_FULL_FEATURE),
            Map.entry("0 0 0 0 *", LoginTransition.STAY),
            Map.entry("0 0 0 1 *", LoginTransition.MORE_TEXT),
            Map.entry("0 0 1 0 1", LoginTransition.TO_OPERATIONAL),
            Map.entry("0 0 1 0 3", LoginTransition.TO_FULL_FEATURE),
            Map.entry("1 1 0 0 *", LoginTransition.STAY),
            Map.entry("1 1 0 1 *", LoginTransition.MORE_TEXT),
            Map.entry("1 1 1 0 3", LoginTransition.TO_FULL_FEATURE));

    @Test
    void everyCell() {
        int cells = 0;
        int allowed = 0;
        for (int stage = FIRST; stage <= LoginTransition.OPERATIONAL; stage++) {
            for (int flags = 0; flags < 64; flags++) {
                int csg = flags & 3;
                int nsg = flags >> 2 & 3;
                boolean transit = (flags & 16) != 0;
                boolean continues = (flags & 32) != 0;
                String cell = stage + " " + csg + " " + (transit ? 1 : 0) + " " + (continues ? 1 : 0) + " ";
                LoginTransition expected =
                        ALLOWED.getOrDefault(cell + nsg, ALLOWED.getOrDefault(cell + "*", LoginTransition.INVALID));
                assertThat(LoginTransition.of(stage, csg, transit, continues, nsg))
                        .as(cell + nsg)
                        .isEqualTo(expected);
                cells++;
                allowed += expected == LoginTransition.INVALID ? 0 : 1;
            }
        }
        assertThat(cells).isEqualTo(192);
        assertThat(allowed).isEqualTo(8 * 4 + 6);
    }
}
