package dev.sandstone.initiator;

import dev.sandstone.iscsi.text.OperationalParameters;

/**
 * A login that passed.
 *
 * @param tsih the session's handle at the target
 * @param parameters what was agreed on
 * @param cmdSn of the first command
 * @param expStatSn the next StatSN to expect
 * @param maxCmdSn end of the command window
 */
public record LoginResult(int tsih, OperationalParameters parameters, int cmdSn, int expStatSn, int maxCmdSn) {}
