package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.RejectReason;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * NOP-Out and NOP-In (RFC 7143 11.18, 11.19): answers the initiator's pings, and asks a silent initiator whether it is
 * there. Each interval of silence brings a NOP-In; when {@value #MOST_UNANSWERED} were not answered, the connection ends. A
 * host that stands still for a minute, as a virtual machine does while it moves, keeps its session so.
 */
final class Pings {
    private static final int MOST_UNANSWERED = 5;

    private final Connection connection;
    private final long intervalMs;
    private @Nullable ScheduledFuture<?> timer;
    private boolean heard;
    private int unanswered;
    private int lastTag;

    Pings(Connection connection, Duration interval) {
        this.connection = connection;
        intervalMs = interval.toMillis();
    }

    void start() {
        timer = connection.loop().scheduleWithFixedDelay(this::tick, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    void stop() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Something arrived. */
    void heard() {
        heard = true;
    }

    private void tick() {
        if (heard || connection.pausedByMemory()) {
            heard = false;
            unanswered = 0;
        } else if (unanswered == MOST_UNANSWERED || connection.phase() == Phase.DISCOVERY) {
            connection.close("no sign of the initiator for " + (unanswered + 1) * intervalMs + " ms");
        } else {
            unanswered++;
            ask();
        }
    }

    /** Asks the initiator whether it is there, and what it has received. */
    void ask() {
        lastTag = lastTag + 1 == Bhs.RESERVED_TAG ? 0 : lastTag + 1;
        NopIn ping = new NopIn();
        ping.initiatorTaskTag(Bhs.RESERVED_TAG);
        ping.targetTransferTag(lastTag);
        connection.send(ping, null);
    }

    /** A NOP-Out: a ping to answer, an answer to our ping, or only a carrier of ExpStatSN. */
    void nopOut(Bhs bhs, ByteBuf data) {
        NopOut request = new NopOut(bhs);
        boolean ping = request.initiatorTaskTag() != Bhs.RESERVED_TAG;
        if (!ping && !request.immediate()) {
            // RFC 7143 11.18.1: without a task tag it must be immediate, so its CmdSN counts for nothing.
            connection.reject(RejectReason.INVALID_PDU_FIELD, bhs);
        } else if (ping && request.targetTransferTag() != Bhs.RESERVED_TAG) {
            connection.reject(RejectReason.INVALID_PDU_FIELD, bhs);
        } else if (ping) {
            int tag = request.initiatorTaskTag();
            ByteBuf echo = data.retain();
            connection.inTurn(
                    bhs, new SimpleTurn(connection, !bhs.immediate(), () -> answer(tag, echo), echo::release));
        }
    }

    private void answer(int tag, ByteBuf echo) {
        NopIn answer = new NopIn();
        answer.initiatorTaskTag(tag);
        answer.targetTransferTag(Bhs.RESERVED_TAG);
        int limit = connection.maxSendSegment();
        if (echo.readableBytes() > limit) {
            echo.writerIndex(echo.readerIndex() + limit);
        }
        connection.sendStatus(answer, echo);
    }
}
