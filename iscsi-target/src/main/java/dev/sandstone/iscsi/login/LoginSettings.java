package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.text.OperationalOffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * The target's side of every login.
 *
 * @param targetPortalGroupTag of the portal the connection came through, 0 to 65535
 * @param offer operational keys
 * @param algorithms CHAP algorithms that may be chosen
 * @param commandWindow how many commands a new session may have on the way: MaxCmdSN - ExpCmdSN + 1
 */
public record LoginSettings(
        int targetPortalGroupTag, OperationalOffer offer, Set<ChapAlgorithm> algorithms, int commandWindow) {

    /** The same at a portal of another portal group. */
    public LoginSettings at(int portalGroup) {
        return new LoginSettings(portalGroup, offer, algorithms, commandWindow);
    }

    /** Every algorithm, standard offer, 64 commands. */
    public static LoginSettings standard(int targetPortalGroupTag) {
        return new LoginSettings(
                targetPortalGroupTag, OperationalOffer.standard(), EnumSet.allOf(ChapAlgorithm.class), 64);
    }
}
