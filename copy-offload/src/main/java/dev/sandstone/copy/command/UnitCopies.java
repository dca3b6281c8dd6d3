package dev.sandstone.copy.command;

import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.UnitListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The copy operations of one logical unit's copy manager, by nexus and list identifier. Identifiers of 8 and of 32 bits are
 * one space (SPC-4 5.17.4.2). Confined to the unit's loop.
 *
 * <p>Who preempts a nexus and aborts ends its copies. A reset ends them all and forgets what is remembered. The end of a nexus does so for its own: nobody is left who may
 * ask for them, or who holds the rights they run by.
 */
final class UnitCopies implements UnitListener {
    private final Map<ItlNexus, Map<Long, CopyOperation>> byNexus = new HashMap<>();
    /** Operations that no list identifier names. */
    private final Map<ItlNexus, List<CopyOperation>> unnamed = new HashMap<>();

    /** The operation of that nexus and list identifier, running or remembered. */
    @Nullable
    CopyOperation find(ItlNexus nexus, long listId) {
        Map<Long, CopyOperation> own = byNexus.get(nexus);
        return own == null ? null : own.get(listId);
    }

    /** Whether no further operation can be taken now. */
    boolean full() {
        return running().size() >= CopyLimits.CONCURRENT;
    }

    /** Takes an operation under its identifier, in the place of one that has ended. */
    void add(ItlNexus nexus, long listId, CopyOperation operation) {
        Map<Long, CopyOperation> own = byNexus.computeIfAbsent(nexus, any -> new LinkedHashMap<>());
        own.remove(listId);
        if (own.size() >= CopyLimits.REMEMBERED) {
            own.values().stream().filter(old -> !old.isRunning()).findFirst().ifPresent(own.values()::remove);
        }
        own.put(listId, operation);
        operation.onEnd(() -> {});
    }

    /** Takes an operation that nobody will ask for; it is forgotten at its end. */
    void addUnnamed(ItlNexus nexus, CopyOperation operation) {
        List<CopyOperation> own = unnamed.computeIfAbsent(nexus, any -> new ArrayList<>());
        own.add(operation);
        operation.onEnd(() -> {
            own.remove(operation);
            if (own.isEmpty()) {
                unnamed.remove(nexus);
            }
        });
    }

    /** Forgets an operation that has ended. */
    void forget(ItlNexus nexus, long listId) {
        Map<Long, CopyOperation> own = byNexus.get(nexus);
        if (own != null) {
            own.remove(listId);
        }
    }

    @Override
    public void left(ItlNexus nexus, Runnable still) {
        List<CopyOperation> own = new ArrayList<>();
        Map<Long, CopyOperation> named = byNexus.remove(nexus);
        if (named != null) {
            own.addAll(named.values());
        }
        own.addAll(unnamed.getOrDefault(nexus, List.of()));
        abort(own, still);
    }

    @Override
    public void aborted(Predicate<ItlNexus> whose, Runnable still) {
        Set<ItlNexus> all = new LinkedHashSet<>(byNexus.keySet());
        all.addAll(unnamed.keySet());
        List<CopyOperation> theirs = new ArrayList<>();
        for (ItlNexus nexus : all) {
            List<CopyOperation> own = running(nexus);
            if (!own.isEmpty() && whose.test(nexus)) {
                theirs.addAll(own);
            }
        }
        abort(theirs, still);
    }

    private List<CopyOperation> running(ItlNexus nexus) {
        List<CopyOperation> own = new ArrayList<>(unnamed.getOrDefault(nexus, List.of()));
        byNexus.getOrDefault(nexus, Map.of()).values().stream()
                .filter(CopyOperation::isRunning)
                .forEach(own::add);
        return own;
    }

    @Override
    public void reset(Runnable still) {
        List<CopyOperation> all = running();
        byNexus.clear();
        abort(all, still);
    }

    private static void abort(List<CopyOperation> operations, Runnable still) {
        int[] left = {operations.size() + 1};
        Runnable one = () -> {
            left[0]--;
            if (left[0] == 0) {
                still.run();
            }
        };
        operations.forEach(operation -> operation.abort(one));
        one.run();
    }

    private List<CopyOperation> running() {
        List<CopyOperation> all = new ArrayList<>();
        byNexus.values()
                .forEach(own ->
                        own.values().stream().filter(CopyOperation::isRunning).forEach(all::add));
        unnamed.values().forEach(all::addAll);
        return all;
    }
}
