package dev.sandstone.daemon.api;

import java.util.Locale;
import java.util.Optional;

/** Every problem the management side knows, with its HTTP status and the exit code of a command that met it. */
public enum ErrorCode {
    BAD_NAME(400, ExitCode.USAGE),
    BAD_SIZE(400, ExitCode.USAGE),
    BAD_VALUE(400, ExitCode.USAGE),
    BAD_MOMENT(400, ExitCode.USAGE),
    BAD_REQUEST(400, ExitCode.USAGE),
    BAD_JSON(400, ExitCode.USAGE),
    BODY_TOO_LARGE(413, ExitCode.USAGE),
    USAGE(400, ExitCode.USAGE),
    TOKEN_REQUIRED(401, ExitCode.NOT_PERMITTED),
    NOT_PERMITTED(403, ExitCode.NOT_PERMITTED),
    NO_SUCH_RESOURCE(404, ExitCode.NOT_FOUND),
    VOLUME_NOT_FOUND(404, ExitCode.NOT_FOUND),
    HOST_NOT_FOUND(404, ExitCode.NOT_FOUND),
    GRANT_NOT_FOUND(404, ExitCode.NOT_FOUND),
    SNAPSHOT_NOT_FOUND(404, ExitCode.NOT_FOUND),
    GROUP_NOT_FOUND(404, ExitCode.NOT_FOUND),
    DISK_NOT_FOUND(404, ExitCode.NOT_FOUND),
    PORTAL_NOT_FOUND(404, ExitCode.NOT_FOUND),
    METHOD_NOT_ALLOWED(405, ExitCode.USAGE),
    VOLUME_EXISTS(409, ExitCode.CONFLICT),
    HOST_EXISTS(409, ExitCode.CONFLICT),
    GRANT_EXISTS(409, ExitCode.CONFLICT),
    SNAPSHOT_EXISTS(409, ExitCode.CONFLICT),
    SNAPSHOT_HELD(409, ExitCode.CONFLICT),
    SNAPSHOT_MOUNTED(409, ExitCode.CONFLICT),
    SNAPSHOT_NOT_MOUNTED(409, ExitCode.CONFLICT),
    GROUP_EXISTS(409, ExitCode.CONFLICT),
    NOT_A_MEMBER(409, ExitCode.CONFLICT),
    VOLUME_IN_GROUP(409, ExitCode.CONFLICT),
    VOLUME_IN_USE(409, ExitCode.CONFLICT),
    VOLUME_HAS_SNAPSHOTS(409, ExitCode.CONFLICT),
    OUTSIDE_WINDOW(409, ExitCode.CONFLICT),
    DISK_TAKEN(409, ExitCode.CONFLICT),
    INITIATOR_TAKEN(409, ExitCode.CONFLICT),
    LUN_TAKEN(409, ExitCode.CONFLICT),
    HOST_HAS_GRANTS(409, ExitCode.CONFLICT),
    SHRINK_REFUSED(409, ExitCode.CONFLICT),
    LIMIT_REACHED(409, ExitCode.CONFLICT),
    FOLDER_IN_USE(409, ExitCode.CONFLICT),
    FOLDER_NOT_EMPTY(409, ExitCode.CONFLICT),
    FOLDER_NOT_AN_ARRAY(409, ExitCode.CONFLICT),
    FOLDER_VERSION(409, ExitCode.CONFLICT),
    PORT_IN_USE(409, ExitCode.CONFLICT),
    DISK_ROOM(507, ExitCode.NO_SPACE),
    POOL_FULL(507, ExitCode.NO_SPACE),
    COPY_FAILED(500, ExitCode.INTERNAL),
    POOL_UNSOUND(500, ExitCode.INTERNAL),
    BUSY(503, ExitCode.TIMEOUT),
    TIMEOUT(504, ExitCode.TIMEOUT),
    CANNOT_CONNECT(502, ExitCode.CANNOT_CONNECT),
    STOPPING(503, ExitCode.CANNOT_CONNECT),
    INTERNAL(500, ExitCode.INTERNAL);

    private final int status;
    private final int exit;

    ErrorCode(int status, int exit) {
        this.status = status;
        this.exit = exit;
    }

    /** The HTTP status of an answer that carries this code. */
    public int status() {
        return status;
    }

    /** The exit code of a command that ends with it. */
    public int exit() {
        return exit;
    }

    /** As it stands in JSON and on the terminal: {@code volume-not-found}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<ErrorCode> ofWire(String wire) {
        for (ErrorCode code : values()) {
            if (code.wire().equals(wire)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
