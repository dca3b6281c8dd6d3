package dev.sandstone.copy.command;

import dev.sandstone.copy.job.Copier;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/** The copy managers of an array: one for each logical unit, sharing memory with the others of its loop. */
final class CopyManager {
    private final Map<ShardLoop, Copier> copiers = new ConcurrentHashMap<>();
    /** What ends with its unit. */
    private final Map<LogicalUnit, UnitCopies> units = Collections.synchronizedMap(new WeakHashMap<>());

    /** The operations of that unit. Called on its loop. */
    UnitCopies copies(LogicalUnit unit) {
        return units.computeIfAbsent(unit, any -> {
            UnitCopies copies = new UnitCopies();
            unit.listen(copies);
            return copies;
        });
    }

    /** What moves data for that unit. */
    Copier copier(LogicalUnit unit) {
        return copiers.computeIfAbsent(unit.volume().loop(), Copier::new);
    }
}
