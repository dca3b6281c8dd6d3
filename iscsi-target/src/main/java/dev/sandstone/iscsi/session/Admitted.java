package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.text.OperationalParameters;

/**
 * The outcome of a login, as full feature phase needs it.
 *
 * @param initiatorName normalised
 * @param targetName normalised; empty in a discovery session
 * @param cid connection identifier
 * @param nextCmdSn the first command number of a new session
 * @param nextStatSn the StatSN after that of the last Login Response
 */
public record Admitted(
        String initiatorName,
        String targetName,
        OperationalParameters parameters,
        int cid,
        int nextCmdSn,
        int nextStatSn) {}
