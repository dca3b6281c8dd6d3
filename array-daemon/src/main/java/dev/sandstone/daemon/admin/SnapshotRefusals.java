package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.snapshot.lifecycle.SnapshotException;
import java.util.function.Supplier;

/** Says the refusals of snapshots and groups in the words of the interface. */
final class SnapshotRefusals {
    private SnapshotRefusals() {}

    static <T> T told(Supplier<T> action) {
        try {
            return action.get();
        } catch (SnapshotException refused) {
            throw translate(refused);
        } catch (EngineException refused) {
            throw Engine.translate(refused);
        }
    }

    private static ApiException translate(SnapshotException refused) {
        return switch (refused.reason()) {
            case NOT_FOUND ->
                problem(
                        refused,
                        ErrorCode.SNAPSHOT_NOT_FOUND,
                        "a snapshot is named with its volume",
                        "see the names with: san snapshot list");
            case EXISTS ->
                problem(
                        refused,
                        ErrorCode.SNAPSHOT_EXISTS,
                        "a name belongs to one snapshot of a volume",
                        "choose another name, or delete the old one: san snapshot delete VOLUME NAME");
            case HELD ->
                problem(
                        refused,
                        ErrorCode.SNAPSHOT_HELD,
                        "a held snapshot must not be deleted",
                        "if it may go: san snapshot release VOLUME NAME");
            case EXPORTED ->
                problem(
                        refused,
                        ErrorCode.SNAPSHOT_MOUNTED,
                        "initiators can see it",
                        "take it away from them: san snapshot unmount VOLUME NAME");
            case GROUP_NOT_FOUND ->
                problem(
                        refused,
                        ErrorCode.GROUP_NOT_FOUND,
                        "the array has no group of this name",
                        "see the names with: san group list");
            case GROUP_EXISTS ->
                problem(
                        refused,
                        ErrorCode.GROUP_EXISTS,
                        "it has other members than those asked for",
                        "choose another name, or change it with: san group add, san group remove");
            case VOLUME_IN_GROUP ->
                problem(
                        refused,
                        ErrorCode.VOLUME_IN_GROUP,
                        "a volume is in one group at most",
                        "take it out first: san group remove GROUP VOLUME");
            case NOT_A_MEMBER ->
                problem(refused, ErrorCode.NOT_A_MEMBER, "the group does not have it", "see: san group show GROUP");
            case TOO_MANY ->
                problem(
                        refused,
                        ErrorCode.LIMIT_REACHED,
                        "all volumes of a group go back in one record of the log, which has room for no more",
                        "make several groups, or take volumes out: san group remove GROUP VOLUME");
            case BAD_MOMENT ->
                problem(
                        refused,
                        ErrorCode.BAD_MOMENT,
                        "a moment is a snapshot's name or a time",
                        "write for example 2026-11-27T09:30:00Z, \"10s ago\" or \"1h30m ago\"");
            case TIMEOUT ->
                problem(
                        refused,
                        ErrorCode.TIMEOUT,
                        "the disk is slow or hangs; the operation may still take effect",
                        "look at the log of the daemon, then ask again");
        };
    }

    private static ApiException problem(SnapshotException refused, ErrorCode code, String why, String fix) {
        return new ApiException(code, String.valueOf(refused.getMessage()), why, fix, refused);
    }
}
