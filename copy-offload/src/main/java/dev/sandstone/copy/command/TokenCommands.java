package dev.sandstone.copy.command;

import dev.sandstone.copy.job.CopyEnd;
import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.copy.job.CopyWork;
import dev.sandstone.copy.job.Segment;
import dev.sandstone.copy.token.Claim;
import dev.sandstone.copy.token.OpenRod;
import dev.sandstone.copy.token.Population;
import dev.sandstone.copy.token.RodTokens;
import dev.sandstone.copy.token.TokenWrite;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.DataOut;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** POPULATE TOKEN (SBC-4 5.12) and WRITE USING TOKEN (5.59), as Windows sends them for offloaded copies. */
final class TokenCommands {
    private static final int LIST_IDENTIFIER = 6;
    private static final int PARAMETER_LIST_LENGTH = 10;

    private final CopyManager manager;
    private final Originator originator;
    private final RodTokens tokens;

    TokenCommands(CopyManager manager, Originator originator, RodTokens tokens) {
        this.manager = manager;
        this.originator = originator;
        this.tokens = tokens;
    }

    void populate(UnitCommand command) {
        receive(command, TokenParameters.POPULATE_HEADER, (same, data) -> {
            TokenParameters.Populate parameters = TokenParameters.populate(
                    new ParameterList(data), same.unit().volume().blocks());
            Claim claim = new Claim(same.unit(), same.nexus(), parameters.ranges(), parameters.idleSeconds());
            begin(same, parameters.immediate(), ended -> new Population(tokens, claim, ended));
        });
    }

    void write(UnitCommand command) {
        receive(command, TokenParameters.WRITE_HEADER, this::write);
    }

    private void write(UnitCommand command, ByteBuffer data) {
        ParameterList list = new ParameterList(data);
        TokenParameters.Write parameters =
                TokenParameters.write(list, command.unit().volume().blocks());
        CopyEnd destination = new CopyEnd(
                command.unit().volume(), new WriteGate(command.unit(), command.nexus()), CopyEnd.NO_DESCRIPTOR);
        if (parameters.token().isZeros()) {
            List<Segment> zeros = parameters.ranges().stream()
                    .map(range -> new Segment(null, 0, destination, range.lba(), range.blocks()))
                    .toList();
            begin(command, parameters.immediate(), ended -> write(command, zeros, parameters, ended));
            return;
        }
        OpenRod rod = tokens.open(parameters.token(), command.nexus(), command.visibleUnits());
        boolean begun = false;
        try {
            if (Long.compareUnsigned(parameters.offset(), rod.blocks()) >= 0) {
                throw TokenParameters.beyondTheToken(list);
            }
            List<Segment> segments = rod.segments(parameters.offset(), destination, parameters.ranges());
            begun = begin(
                    command,
                    parameters.immediate(),
                    ended -> write(command, segments, parameters, () -> {
                        rod.close(parameters.delete());
                        ended.run();
                    }));
        } finally {
            if (!begun) {
                rod.close(false);
            }
        }
    }

    private CopyWork write(
            UnitCommand command, List<Segment> segments, TokenParameters.Write parameters, Runnable ended) {
        return new TokenWrite(manager.copier(command.unit()), new CopyPlan(segments, null), parameters.blocks(), ended);
    }

    /** No data is no error. Of a list only as much is moved as shows that it is too long. */
    private static void receive(UnitCommand command, int header, DataOut next) {
        long length = command.cdb().u32(PARAMETER_LIST_LENGTH);
        if (length == 0) {
            command.good();
        } else if (length < header) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        } else {
            command.dataOut((int) Math.min(length, header + TokenParameters.MOST_RANGE_BYTES), next);
        }
    }

    private boolean begin(UnitCommand command, boolean immediate, Function<Runnable, CopyWork> work) {
        CopyOperation operation = new CopyOperation(command.cdb().bits(1, 4, 0), immediate, work);
        return originator.begin(command, operation, command.cdb().u32(LIST_IDENTIFIER));
    }
}
