package dev.sandstone.scsi.reservation;

import static dev.sandstone.scsi.reservation.ReservationType.EXCLUSIVE_ACCESS;
import static dev.sandstone.scsi.reservation.ReservationType.EXCLUSIVE_ACCESS_ALL_REGISTRANTS;
import static dev.sandstone.scsi.reservation.ReservationType.WRITE_EXCLUSIVE;
import static dev.sandstone.scsi.reservation.ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS;
import static dev.sandstone.scsi.reservation.ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.reservation.PersistentChange.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rules of SPC-4 5.12 on states alone. */
class PersistentActionsTest {
    private static final PortId A = new PortId("a", 1);
    private static final PortId B = new PortId("b", 1);
    private static final PortId C = new PortId("c", 1);

    private PersistentState state = PersistentState.NONE;

    private PersistentActions by(PortId nexus, long key, long actionKey) {
        return new PersistentActions(state, nexus, key, actionKey);
    }

    private Map<PortId, Notice> done(PersistentChange change) {
        assertThat(change.verdict()).isEqualTo(Verdict.DONE);
        state = Objects.requireNonNull(change.next(), "nothing has changed");
        assertThat(PersistentCodec.decode(PersistentCodec.encode(state))).isEqualTo(state);
        return change.notices();
    }

    private void nothing(PersistentChange change) {
        assertThat(change).isEqualTo(PersistentChange.NOTHING);
    }

    private void refused(Verdict verdict, PersistentChange change) {
        assertThat(change).isEqualTo(PersistentChange.refused(verdict));
    }

    private void register(PortId nexus, long key) {
        done(by(nexus, 0, key).register(false, List.of(nexus), true));
    }

    private void threeRegistered() {
        register(A, 1);
        register(B, 2);
        register(C, 3);
    }

    @Test
    void registerNeedsTheKeyThatIsThere() {
        refused(Verdict.CONFLICT, by(A, 9, 1).register(false, List.of(A), false));
        nothing(by(A, 0, 0).register(false, List.of(A), false));
        register(A, 1);
        assertThat(state.generation()).isEqualTo(1);
        assertThat(state.aptpl()).isTrue();
        refused(Verdict.CONFLICT, by(A, 0, 5).register(false, List.of(A), false));
        done(by(A, 1, 5).register(false, List.of(A), false));
        assertThat(state.keys()).containsExactly(Map.entry(A, 5L));
        assertThat(state.aptpl()).isFalse();
        done(by(A, 77, 6).register(true, List.of(A), false));
        done(by(A, 77, 0).register(true, List.of(A), false));
        assertThat(state.keys()).isEmpty();
        nothing(by(A, 77, 0).register(true, List.of(A), false));
        assertThat(state.generation()).isEqualTo(4);
    }

    @Test
    void registrationsAreBounded() {
        for (int i = 0; i < PersistentState.MOST_REGISTRATIONS; i++) {
            register(new PortId("port " + i, 1), 1);
        }
        refused(Verdict.TOO_MANY, by(A, 0, 1).register(false, List.of(A), false));
        PortId last = new PortId("port 0", 1);
        done(by(last, 1, 2).register(false, List.of(last), false));
        done(by(last, 2, 0).reserve(WRITE_EXCLUSIVE));
        refused(Verdict.TOO_MANY, by(last, 2, 1).move(A, false, false));
        done(by(last, 2, 1).move(A, true, false));
    }

    @Test
    void onlyTheHolderReleases() {
        threeRegistered();
        refused(Verdict.CONFLICT, by(A, 9, 0).reserve(WRITE_EXCLUSIVE));
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        assertThat(state.generation()).isEqualTo(3);
        nothing(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        refused(Verdict.CONFLICT, by(A, 1, 0).reserve(EXCLUSIVE_ACCESS));
        refused(Verdict.CONFLICT, by(B, 2, 0).reserve(WRITE_EXCLUSIVE));
        nothing(by(B, 2, 0).release(true));
        refused(Verdict.CONFLICT, by(B, 1, 0).release(true));
        refused(Verdict.INVALID_RELEASE, by(A, 1, 0).release(false));
        assertThat(done(by(A, 1, 0).release(true))).isEmpty();
        assertThat(state.type()).isNull();
        assertThat(state.generation()).isEqualTo(3);
    }

    @Test
    void theOtherRegistrantsAreToldOfARelease() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE_REGISTRANTS_ONLY));
        assertThat(done(by(A, 1, 0).release(true)))
                .isEqualTo(Map.of(B, Notice.RESERVATIONS_RELEASED, C, Notice.RESERVATIONS_RELEASED));
    }

    @Test
    void aHolderThatUnregistersReleases() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE_REGISTRANTS_ONLY));
        assertThat(done(by(A, 1, 0).register(false, List.of(A), true)))
                .isEqualTo(Map.of(B, Notice.RESERVATIONS_RELEASED, C, Notice.RESERVATIONS_RELEASED));
        assertThat(state.type()).isNull();
        done(by(B, 2, 0).reserve(EXCLUSIVE_ACCESS));
        assertThat(done(by(B, 2, 0).register(false, List.of(B), true))).isEmpty();
        assertThat(state.type()).isNull();
    }

    @Test
    void allRegistrantsHoldUntilTheLastOneGoes() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE_ALL_REGISTRANTS));
        assertThat(state.reservationKey()).isZero();
        nothing(by(B, 2, 0).reserve(WRITE_EXCLUSIVE_ALL_REGISTRANTS));
        done(by(A, 1, 0).register(false, List.of(A), true));
        done(by(B, 2, 0).register(false, List.of(B), true));
        assertThat(state.type()).isEqualTo(WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        done(by(C, 3, 0).register(false, List.of(C), true));
        assertThat(state.type()).isNull();
        assertThat(state.keys()).isEmpty();
    }

    @Test
    void clearRemovesAll() {
        threeRegistered();
        done(by(A, 1, 0).reserve(EXCLUSIVE_ACCESS));
        refused(Verdict.CONFLICT, by(B, 9, 0).clear());
        assertThat(done(by(B, 2, 0).clear()))
                .isEqualTo(Map.of(A, Notice.RESERVATIONS_PREEMPTED, C, Notice.RESERVATIONS_PREEMPTED));
        assertThat(state.keys()).isEmpty();
        assertThat(state.type()).isNull();
    }

    @Test
    void preemptOfTheHolderTakesTheReservation() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        PersistentChange change = by(B, 2, 1).preempt(EXCLUSIVE_ACCESS);
        assertThat(change.preempted()).containsExactly(A);
        assertThat(done(change)).isEqualTo(Map.of(A, Notice.REGISTRATIONS_PREEMPTED, C, Notice.RESERVATIONS_RELEASED));
        assertThat(state.holder()).isEqualTo(B);
        assertThat(state.type()).isEqualTo(EXCLUSIVE_ACCESS);
        assertThat(state.keys()).containsOnlyKeys(B, C);
    }

    @Test
    void preemptOfTheHolderWithTheSameTypeTellsOnlyTheHolder() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        assertThat(done(by(B, 2, 1).preempt(WRITE_EXCLUSIVE))).isEqualTo(Map.of(A, Notice.REGISTRATIONS_PREEMPTED));
    }

    @Test
    void preemptOfOthersRemovesTheirRegistrations() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        assertThat(done(by(B, 2, 3).preempt(EXCLUSIVE_ACCESS))).isEqualTo(Map.of(C, Notice.REGISTRATIONS_PREEMPTED));
        assertThat(state.holder()).isEqualTo(A);
        assertThat(state.type()).isEqualTo(WRITE_EXCLUSIVE);
        refused(Verdict.CONFLICT, by(B, 2, 3).preempt(EXCLUSIVE_ACCESS));
        refused(Verdict.INVALID_PARAMETER, by(B, 2, 0).preempt(EXCLUSIVE_ACCESS));
        refused(Verdict.CONFLICT, by(C, 3, 2).preempt(EXCLUSIVE_ACCESS));
    }

    @Test
    void aHolderMayPreemptItselfToChangeTheType() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        PersistentChange change = by(A, 1, 1).preempt(EXCLUSIVE_ACCESS_ALL_REGISTRANTS);
        assertThat(change.preempted()).isEmpty();
        done(change);
        assertThat(state.type()).isEqualTo(EXCLUSIVE_ACCESS_ALL_REGISTRANTS);
        assertThat(state.keys()).containsOnlyKeys(A, B, C);
    }

    @Test
    void preemptUnderAllRegistrants() {
        threeRegistered();
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE_ALL_REGISTRANTS));
        assertThat(done(by(B, 2, 3).preempt(EXCLUSIVE_ACCESS))).isEqualTo(Map.of(C, Notice.REGISTRATIONS_PREEMPTED));
        assertThat(state.type()).isEqualTo(WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        assertThat(done(by(B, 2, 0).preempt(WRITE_EXCLUSIVE))).isEqualTo(Map.of(A, Notice.REGISTRATIONS_PREEMPTED));
        assertThat(state.holder()).isEqualTo(B);
        assertThat(state.keys()).containsOnlyKeys(B);
    }

    @Test
    void moveGivesTheReservationAway() {
        threeRegistered();
        refused(Verdict.CONFLICT, by(A, 1, 4).move(B, false, false));
        done(by(A, 1, 0).reserve(WRITE_EXCLUSIVE));
        refused(Verdict.CONFLICT, by(B, 2, 4).move(C, false, false));
        refused(Verdict.INVALID_PARAMETER, by(A, 1, 0).move(B, false, false));
        refused(Verdict.INVALID_PARAMETER, by(A, 1, 4).move(A, false, false));
        done(by(A, 1, 4).move(B, true, true));
        assertThat(state.holder()).isEqualTo(B);
        assertThat(state.keys()).isEqualTo(Map.of(B, 4L, C, 3L));
        done(by(B, 4, 0).register(false, List.of(B), true));
        done(by(C, 3, 0).reserve(WRITE_EXCLUSIVE_ALL_REGISTRANTS));
        refused(Verdict.CONFLICT, by(C, 3, 4).move(A, false, false));
    }

    @Test
    void whatEachTypeExcludes() {
        threeRegistered();
        PortId stranger = new PortId("d", 1);
        for (ReservationType type : ReservationType.values()) {
            done(by(A, 1, 0).reserve(type));
            for (ReservationAccess access : ReservationAccess.values()) {
                boolean excludes = access == ReservationAccess.WRITES
                        || (access == ReservationAccess.READS && type.excludesReads());
                assertThat(state.conflicts(A, access)).isFalse();
                assertThat(state.conflicts(B, access)).isEqualTo(excludes && !type.admitsRegistrants());
                assertThat(state.conflicts(stranger, access)).isEqualTo(excludes);
            }
            done(by(A, 1, 0).release(true));
        }
    }
}
