package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.ReferenceMap.Fact;
import dev.sandstone.engine.map.ReferenceMap.Kind;
import dev.sandstone.engine.meta.MetadataStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where data lies: as the store names it, and as the records of a log say. */
final class Places {
    private Places() {}

    /** How many blocks of data the store names, one that several show once: a lineage that became independent shows what others own. */
    static int named(MetadataStore store) {
        Set<Long> places = new HashSet<>();
        MapAudit.check(store, visitor -> {}, run -> {
            for (int i = 0; i < run.blocks() && Pointer.hasData(run.pointer()); i++) {
                places.add(Pointer.plus(run.pointer(), i));
            }
        });
        return places.size();
    }

    /** What a segment holds. */
    static List<RecordDescriptor> records(List<List<Fact>> log, long segment) {
        return log.stream()
                .flatMap(List::stream)
                .filter(fact -> fact.kind() == Kind.WRITE || fact.kind() == Kind.RELOCATE)
                .filter(fact -> Pointer.segment(fact.pointer()) == segment)
                .map(Places::record)
                .toList();
    }

    private static RecordDescriptor record(Fact fact) {
        return new RecordDescriptor(
                fact.birth(),
                RecordType.DATA,
                fact.lineage(),
                fact.block(),
                (int) fact.blocks(),
                fact.birth(),
                fact.pointer(),
                0,
                fact.checksums());
    }
}
