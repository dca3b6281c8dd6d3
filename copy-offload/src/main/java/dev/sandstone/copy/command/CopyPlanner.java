package dev.sandstone.copy.command;

import dev.sandstone.copy.job.CopyEnd;
import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.copy.job.Segment;
import dev.sandstone.scsi.command.UnitCommand.VisibleUnit;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns descriptors into work. A designator is looked for among the logical units that this nexus may see, and nowhere
 * else: what others own is as unreachable as what does not exist.
 */
final class CopyPlanner {
    private static final SenseData UNREACHABLE = aborted(AdditionalSense.UNREACHABLE_COPY_TARGET);

    private final List<VisibleUnit> visible;
    private final CopyParameters parameters;

    private CopyPlanner(List<VisibleUnit> visible, CopyParameters parameters) {
        this.visible = visible;
        this.parameters = parameters;
    }

    static CopyPlan plan(List<VisibleUnit> visible, CopyParameters parameters) {
        CopyPlanner planner = new CopyPlanner(visible, parameters);
        List<Segment> segments = new ArrayList<>();
        try {
            for (SegmentDescriptor descriptor : parameters.segments()) {
                segments.add(planner.segment(descriptor));
            }
        } catch (Undoable undoable) {
            return new CopyPlan(segments, undoable.sense.atSegment(segments.size()));
        }
        return new CopyPlan(segments, null);
    }

    /** A segment that cannot be done; those before it are. */
    private static final class Undoable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient SenseData sense;

        Undoable(SenseData sense) {
            super(sense.toString(), null, false, false);
            this.sense = sense;
        }
    }

    private Segment segment(SegmentDescriptor descriptor) throws Undoable {
        Cscd from = cscd(descriptor.source(), SegmentDescriptor.SOURCE_FIELD);
        Cscd to = cscd(descriptor.destination(), SegmentDescriptor.DESTINATION_FIELD);
        VisibleUnit source = resolve(from);
        VisibleUnit destination = resolve(to);
        requireInside(source, descriptor.sourceLba(), descriptor.blocks(), SegmentDescriptor.SOURCE_LBA_FIELD);
        requireInside(
                destination, descriptor.destinationLba(), descriptor.blocks(), SegmentDescriptor.DESTINATION_LBA_FIELD);
        return new Segment(
                source(source, from.offset()),
                descriptor.sourceLba(),
                destination(destination, to.offset()),
                descriptor.destinationLba(),
                descriptor.blocks());
    }

    /** The unit as a source: the nexus must be allowed to read it for as long as the copy runs. */
    static CopyEnd source(VisibleUnit visible, int descriptorOffset) {
        LogicalUnit unit = visible.unit();
        return new CopyEnd(unit.volume(), () -> unit.readRefusal(visible.nexus()), descriptorOffset);
    }

    /** The unit as a destination: the nexus must be allowed to write it for as long as the copy runs. */
    static CopyEnd destination(VisibleUnit visible, int descriptorOffset) {
        LogicalUnit unit = visible.unit();
        return new CopyEnd(unit.volume(), new WriteGate(unit, visible.nexus()), descriptorOffset);
    }

    private Cscd cscd(int id, int field) throws Undoable {
        if (id >= parameters.cscds().size()) {
            throw new Undoable(UNREACHABLE.atSegmentField(field));
        }
        return parameters.cscds().get(id);
    }

    private VisibleUnit resolve(Cscd cscd) throws Undoable {
        if (cscd.nul()) {
            throw new Undoable(UNREACHABLE.atParameter(cscd.offset()));
        }
        if (!cscd.isBlockDevice()) {
            throw new Undoable(
                    aborted(AdditionalSense.INCORRECT_COPY_TARGET_DEVICE_TYPE).atParameter(cscd.offset()));
        }
        VisibleUnit found = find(cscd.naa());
        if (found == null) {
            throw new Undoable(
                    aborted(AdditionalSense.COPY_TARGET_DEVICE_NOT_REACHABLE).atParameter(cscd.offset()));
        }
        if (cscd.blockBytes() != CopyLimits.BLOCK_BYTES) {
            throw new Undoable(
                    aborted(AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST).atParameter(cscd.offset() + 29));
        }
        return found;
    }

    private @Nullable VisibleUnit find(String naa) {
        for (VisibleUnit candidate : visible) {
            if (candidate.unit().attributes().naa().equals(naa)) {
                return candidate;
            }
        }
        return null;
    }

    private static void requireInside(VisibleUnit visible, long lba, long blocks, int field) throws Undoable {
        long capacity = visible.unit().volume().blocks();
        if (lba < 0 || lba > capacity || blocks > capacity - lba) {
            throw new Undoable(
                    aborted(AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION).atSegmentField(field));
        }
    }

    private static SenseData aborted(AdditionalSense code) {
        return SenseData.of(SenseKey.COPY_ABORTED, code);
    }
}
