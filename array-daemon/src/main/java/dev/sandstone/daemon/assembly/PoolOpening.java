package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.ring.NettyShardLoop;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolConfig;
import dev.sandstone.engine.volume.Pools;
import dev.sandstone.iscsi.server.PortalLoops;
import java.util.function.Supplier;

/**
 * Opens the pool on an event loop of the portals, so that a request whose data is in memory never leaves its thread.
 *
 * <p>A pool that should exist is never made: what looks like a new disk may be an old one that is not mounted.
 */
public final class PoolOpening {
    private PoolOpening() {}

    static Pool open(ArraySetup setup, PortalLoops loops) {
        ShardLoop loop = NettyShardLoop.of(loops.executors().get(0));
        boolean isNew = setup.folder().map(DataFolder::isNew).orElse(true);
        return told(() -> isNew ? Pools.create(setup.pool(), loop) : Pools.open(setup.pool(), loop));
    }

    /** Makes a pool and closes it again. */
    public static void make(PoolConfig config) {
        try (PortalLoops loops = PortalLoops.open(1);
                Pool pool = told(() ->
                        Pools.create(config, NettyShardLoop.of(loops.executors().get(0))))) {
            pool.volumes();
        }
    }

    private static Pool told(Supplier<Pool> opening) {
        try {
            return opening.get();
        } catch (EngineException failed) {
            throw new ApiException(
                    code(failed.status()),
                    "the pool cannot be opened",
                    String.valueOf(failed.getMessage()),
                    fix(failed.status()),
                    failed);
        }
    }

    private static ErrorCode code(EngineStatus status) {
        return switch (status) {
            case NOT_FOUND -> ErrorCode.FOLDER_NOT_AN_ARRAY;
            case EXISTS -> ErrorCode.FOLDER_NOT_EMPTY;
            case SPACE_EXHAUSTED -> ErrorCode.POOL_FULL;
            default -> ErrorCode.POOL_UNSOUND;
        };
    }

    private static String fix(EngineStatus status) {
        return switch (status) {
            case NOT_FOUND -> "check that the disk of the pool is there and mounted";
            case EXISTS -> "name another folder or device; this one holds a pool";
            case SPACE_EXHAUSTED -> "give it more room, or a smaller --capacity";
            default -> "keep the data as it is, and mend what the cause names";
        };
    }
}
