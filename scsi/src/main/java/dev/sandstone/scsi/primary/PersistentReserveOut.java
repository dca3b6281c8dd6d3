package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.reservation.PersistentActions;
import dev.sandstone.scsi.reservation.PersistentChange;
import dev.sandstone.scsi.reservation.PersistentChange.Verdict;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.reservation.ReservationType;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.unit.ItlNexus;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * PERSISTENT RESERVE OUT (SPC-4 6.17). The whole parameter list is checked first; then the state changes in one step that is
 * durable before the status.
 *
 * <p>Attached to its command: what became of the change.
 */
final class PersistentReserveOut {
    static final int REGISTER = 0x00;
    static final int RESERVE = 0x01;
    static final int RELEASE = 0x02;
    static final int CLEAR = 0x03;
    static final int PREEMPT = 0x04;
    static final int PREEMPT_AND_ABORT = 0x05;
    static final int REGISTER_AND_IGNORE = 0x06;
    static final int REGISTER_AND_MOVE = 0x07;

    private static final int SCOPE_AND_TYPE = 2;
    private static final int PARAMETER_LIST_LENGTH = 5;
    private static final int BASIC_BYTES = 24;

    /** Far above what the most registrations take. */
    private static final int MOST_BYTES = 64 << 10;

    private @Nullable PersistentChange outcome;

    private PersistentReserveOut() {}

    static void start(UnitCommand command) {
        long length = command.cdb().u32(PARAMETER_LIST_LENGTH);
        if (length < BASIC_BYTES || length > MOST_BYTES) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        command.dataOut((int) length, PersistentReserveOut::received);
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        Function<PersistentState, PersistentChange> decision = decision(command, new ParameterList(data));
        PersistentReserveOut run = new PersistentReserveOut();
        command.attach(run);
        command.perform(
                done -> command.unit()
                        .persistent()
                        .change(state -> run.decide(command, () -> decision.apply(state)), done),
                PersistentReserveOut::changed);
    }

    private PersistentChange decide(UnitCommand command, Supplier<PersistentChange> decision) {
        // Since the command came in, a nexus may have reserved the unit.
        boolean reserved = command.unit().reservation().held();
        PersistentChange change = reserved ? PersistentChange.refused(Verdict.CONFLICT) : decision.get();
        outcome = change;
        return change;
    }

    private static Function<PersistentState, PersistentChange> decision(UnitCommand command, ParameterList list) {
        Cdb cdb = command.cdb();
        int action = cdb.bits(1, 4, 0);
        PortId nexus = command.nexus().port();
        long key = list.u64(0);
        long actionKey = list.u64(8);
        Function<PersistentState, PersistentActions> on = state -> new PersistentActions(state, nexus, key, actionKey);
        if (action == REGISTER_AND_MOVE) {
            RegistrationTargets.Move move = RegistrationTargets.move(command, list);
            return state -> on.apply(state).move(move.to(), move.unregister(), move.aptpl());
        }
        RegistrationTargets targets = RegistrationTargets.parse(command, list);
        int typeCode = cdb.bits(SCOPE_AND_TYPE, 3, 0);
        boolean unitScope = cdb.bits(SCOPE_AND_TYPE, 7, 4) == 0;
        return switch (action) {
            case REGISTER, REGISTER_AND_IGNORE -> state -> targets.register(on.apply(state), state, action != REGISTER);
            case RESERVE -> {
                ReservationType type = type(cdb);
                yield state -> on.apply(state).reserve(type);
            }
            case RELEASE ->
                state -> on.apply(state)
                        .release(unitScope
                                && state.type() != null
                                && state.type().code() == typeCode);
            case CLEAR -> state -> on.apply(state).clear();
            default -> {
                ReservationType type = type(cdb);
                yield state -> on.apply(state).preempt(type);
            }
        };
    }

    private static ReservationType type(Cdb cdb) {
        ReservationType type = ReservationType.of(cdb.bits(SCOPE_AND_TYPE, 3, 0));
        if (cdb.bits(SCOPE_AND_TYPE, 7, 4) != 0) {
            throw cdb.invalid(SCOPE_AND_TYPE, 7);
        }
        if (type == null) {
            throw cdb.invalid(SCOPE_AND_TYPE, 3);
        }
        return type;
    }

    private static void changed(UnitCommand command) {
        PersistentReserveOut run = (PersistentReserveOut) Objects.requireNonNull(command.attachment());
        PersistentChange change = Objects.requireNonNull(run.outcome);
        switch (change.verdict()) {
            case DONE -> done(command, change);
            case CONFLICT -> command.status(ScsiStatus.RESERVATION_CONFLICT);
            case INVALID_PARAMETER -> throw new ParameterList(ByteBuffer.allocate(BASIC_BYTES)).invalid(8);
            case INVALID_RELEASE ->
                throw CheckCondition.illegal(AdditionalSense.INVALID_RELEASE_OF_PERSISTENT_RESERVATION);
            case TOO_MANY -> throw CheckCondition.illegal(AdditionalSense.INSUFFICIENT_REGISTRATION_RESOURCES);
        }
    }

    private static void done(UnitCommand command, PersistentChange change) {
        if (command.cdb().bits(1, 4, 0) == PREEMPT_AND_ABORT
                && !change.preempted().isEmpty()) {
            Predicate<ItlNexus> preempted = nexus -> change.preempted().contains(nexus.port());
            command.unit().allowRemoval(preempted);
            command.abortTasks(preempted, Step.GOOD);
        } else {
            command.good();
        }
    }
}
