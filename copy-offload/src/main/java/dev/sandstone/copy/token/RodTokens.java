package dev.sandstone.copy.token;

import dev.sandstone.copy.job.CopyEnd;
import dev.sandstone.copy.job.CopyFailure;
import dev.sandstone.copy.token.Rod.End;
import dev.sandstone.scsi.command.UnitCommand.VisibleUnit;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ROD tokens of an array. A token is random and can be used by the initiator that it was made for, as long as that may
 * read the unit it was made of; it ends after a time without use (SPC-4 5.17.6.7). Any thread may call.
 */
public final class RodTokens {
    private final PointInTimes times;
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Rod> valid = new HashMap<>();
    /** Those that have ended, the oldest first. */
    private final Map<Long, Rod> ended = new LinkedHashMap<>();

    /** How many are being made, by initiator. */
    private final Map<String, Integer> coming = new HashMap<>();

    public RodTokens(PointInTimes times) {
        this.times = times;
    }

    PointInTimes times() {
        return times;
    }

    /** Makes room for one more token of that initiator; false when there is none. What is to come is to be told. */
    boolean reserve(String initiator) {
        PointInTimes.@Nullable Kept cancelled = null;
        synchronized (this) {
            Map<String, List<Rod>> held = valid.values().stream().collect(Collectors.groupingBy(Rod::initiator));
            int own = held.getOrDefault(initiator, List.of()).size() + coming.getOrDefault(initiator, 0);
            int all = valid.size()
                    + coming.values().stream().mapToInt(Integer::intValue).sum();
            if (own >= TokenLimits.TOKENS_OF_ONE || all >= TokenLimits.TOKENS) {
                Optional<Rod> least = leastNeeded(held, initiator, own);
                if (least.isEmpty()) {
                    return false;
                }
                cancelled = end(least.get(), End.CANCELLED);
            }
            coming.merge(initiator, 1, Integer::sum);
        }
        letGo(cancelled);
        return true;
    }

    /**
     * The token longest unused of who has most, unless that is no more than the asking initiator has: then one of its own. So a
     * few that make many do not keep others from making any. What an initiator has is what it made and what is being made for it.
     */
    private static Optional<Rod> leastNeeded(Map<String, List<Rod>> held, String initiator, int own) {
        return held.entrySet().stream()
                .filter(of -> of.getKey().equals(initiator)
                        || (own < TokenLimits.TOKENS_OF_ONE && of.getValue().size() > own))
                .map(Map.Entry::getValue)
                .sorted(Comparator.<List<Rod>>comparingInt(List::size).reversed())
                .flatMap(rods -> rods.stream().filter(Rod::isIdle).min(Comparator.comparingLong(Rod::used)).stream())
                .findFirst();
    }

    /** What was reserved for that initiator does not come, or has come. */
    synchronized void withdraw(String initiator) {
        coming.computeIfPresent(initiator, (name, count) -> count == 1 ? null : count - 1);
    }

    /** A new token of what was kept; reserved before. */
    synchronized RodToken add(Claim claim, PointInTimes.Kept kept) {
        withdraw(claim.initiator());
        long identifier = random.nextLong();
        while (valid.containsKey(identifier) || ended.containsKey(identifier)) {
            identifier = random.nextLong();
        }
        RodToken token = RodToken.create(identifier, claim, random);
        Rod rod = new Rod(claim, token, kept);
        valid.put(identifier, rod);
        rod.loop().schedule(() -> expire(rod), rod.left());
        return token;
    }

    private void expire(Rod rod) {
        PointInTimes.@Nullable Kept gone = null;
        synchronized (this) {
            if (rod.end() != null) {
                return;
            }
            long left = rod.left();
            if (left > 0) {
                rod.loop().schedule(() -> expire(rod), left);
            } else {
                gone = end(rod, End.EXPIRED);
            }
        }
        letGo(gone);
    }

    /** It cannot be opened any more; what it kept goes at once, or with the last copy that reads it. */
    private PointInTimes.@Nullable Kept end(Rod rod, End how) {
        valid.remove(rod.token().identifier());
        ended.put(rod.token().identifier(), rod);
        if (ended.size() > TokenLimits.REMEMBERED) {
            ended.remove(ended.keySet().iterator().next());
        }
        rod.end(how);
        return rod.takeUnneeded();
    }

    private static void letGo(PointInTimes.@Nullable Kept kept) {
        if (kept != null) {
            kept.letGo();
        }
    }

    /**
     * Opens a token for one copy, which must give it back.
     *
     * @param visible what the nexus may see now
     * @throws CheckCondition as SPC-4 5.17.6.5.2.3 says; a token of another initiator is one that does not exist
     */
    public synchronized OpenRod open(RodToken token, ItlNexus nexus, List<VisibleUnit> visible) {
        if (!token.isPointInTime()) {
            throw refused(AdditionalSense.INVALID_TOKEN_OPERATION_UNSUPPORTED_TOKEN_TYPE);
        }
        Rod rod = find(token, Claim.initiatorOf(nexus));
        VisibleUnit source = visible.stream()
                .filter(candidate -> candidate.unit().attributes().naa().equals(rod.naa()))
                .findFirst()
                .orElseThrow(() -> new CheckCondition(
                        SenseData.of(SenseKey.COPY_ABORTED, AdditionalSense.COPY_TARGET_DEVICE_NOT_REACHABLE)));
        LogicalUnit unit = source.unit();
        CopyEnd end = new CopyEnd(rod.begin().view(), () -> unit.readRefusal(source.nexus()), CopyEnd.NO_DESCRIPTOR);
        return new OpenRod(this, rod, end);
    }

    private Rod find(RodToken token, String initiator) {
        long identifier = token.identifier();
        Rod rod = valid.getOrDefault(identifier, ended.get(identifier));
        if (rod == null || !rod.initiator().equals(initiator)) {
            throw refused(AdditionalSense.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN);
        }
        if (!rod.token().isSame(token)) {
            throw refused(AdditionalSense.INVALID_TOKEN_OPERATION_TOKEN_CORRUPT);
        }
        End end = rod.end();
        if (end != null) {
            throw refused(
                    switch (end) {
                        case EXPIRED -> AdditionalSense.INVALID_TOKEN_OPERATION_TOKEN_EXPIRED;
                        case CANCELLED -> AdditionalSense.INVALID_TOKEN_OPERATION_TOKEN_CANCELLED;
                        case DELETED -> AdditionalSense.INVALID_TOKEN_OPERATION_TOKEN_DELETED;
                    });
        }
        return rod;
    }

    /** A copy has ended that read it. */
    void close(Rod rod, boolean delete) {
        PointInTimes.@Nullable Kept gone;
        synchronized (this) {
            rod.done();
            gone = delete && rod.end() == null ? end(rod, End.DELETED) : rod.takeUnneeded();
        }
        letGo(gone);
    }

    /** The ROD management tokens of all that were made of that unit. */
    public synchronized List<byte[]> madeOf(LogicalUnit unit) {
        String naa = unit.attributes().naa();
        List<byte[]> tokens = new ArrayList<>();
        valid.values().stream()
                .filter(rod -> rod.naa().equals(naa))
                .forEach(rod -> tokens.add(rod.token().managementToken()));
        return tokens;
    }

    private static CheckCondition refused(AdditionalSense code) {
        return CheckCondition.illegal(code);
    }

    /** No token can be made now. */
    static CopyFailure noRoom() {
        return CopyFailure.broken(SenseData.illegal(AdditionalSense.INSUFFICIENT_RESOURCES_TO_CREATE_ROD));
    }
}
