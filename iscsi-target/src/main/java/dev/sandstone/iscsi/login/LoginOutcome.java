package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.scsi.task.ScsiDevice;
import java.util.Optional;

/**
 * A login that passed: the connection enters the full feature phase once its last response is sent.
 *
 * @param tsih of the session, as {@link SessionRegistry#admit} gave it
 * @param device the target's device; empty in a discovery session
 * @param chapName the name the initiator proved; empty when no authentication was asked for
 * @param nextStatSn StatSN of the first response after the login
 * @param cmdSn CmdSN of the first command that is not immediate: ExpCmdSN of a new session
 */
public record LoginOutcome(
        LoginIdentity identity,
        int tsih,
        OperationalParameters parameters,
        Optional<ScsiDevice> device,
        Optional<String> initiatorAlias,
        Optional<String> chapName,
        int nextStatSn,
        int cmdSn) {}
