package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.PduReceiver;
import dev.sandstone.iscsi.pdu.ProtocolException;
import dev.sandstone.iscsi.session.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Between a channel and a session that live on different loops, as happens to the further connections of a session: PDUs are
 * cut and verified on the channel's loop, and go over in batches, one for each read.
 *
 * <p>One batch at a time is under way, and reading waits for its return, so what is on the way is bounded by one read; each
 * side touches only what is its own.
 */
final class Relay implements PduReceiver {
    private final Connection connection;
    private final EventExecutor own;
    private final Runnable resume;
    private final Consumer<Throwable> fault;
    private List<Pdu> batch = new ArrayList<>();
    private boolean away;
    private boolean willing = true;

    /**
     * @param own the channel's loop, where this is used
     * @param resume called there when reading may be possible again
     * @param fault called there when the session cannot go on with the connection
     */
    Relay(Connection connection, EventExecutor own, Runnable resume, Consumer<Throwable> fault) {
        this.connection = connection;
        this.own = own;
        this.resume = resume;
        this.fault = fault;
        connection.loop().execute(() -> connection.onResume(() -> report(false)));
    }

    @Override
    public @Nullable ByteBuf destination(Bhs bhs) {
        return null;
    }

    @Override
    public boolean receive(Pdu pdu) {
        batch.add(pdu.keep());
        return true;
    }

    boolean mayRead() {
        return !away && willing;
    }

    /** Sends the PDUs of this read over. */
    void handOver() {
        if (!batch.isEmpty()) {
            List<Pdu> full = batch;
            batch = new ArrayList<>();
            away = true;
            connection.loop().execute(() -> take(full));
        }
    }

    /** The channel is gone: so is the connection, after what came before. */
    void close(String reason) {
        connection.loop().execute(() -> connection.close(reason));
    }

    // ---- on the session's loop --------------------------------------------------------------------------------------

    private void take(List<Pdu> pdus) {
        connection.readBegins();
        try {
            for (Pdu pdu : pdus) {
                deliver(pdu);
            }
        } catch (ProtocolException | RuntimeException e) {
            own.execute(() -> fault.accept(e));
        } finally {
            pdus.forEach(Pdu::release);
            connection.readEnds();
            report(true);
        }
    }

    private void deliver(Pdu pdu) throws ProtocolException {
        Bhs bhs = pdu.bhs();
        if (bhs.dataSegmentLength() > 0) {
            ByteBuf destination = connection.destination(bhs);
            if (destination != null) {
                pdu.place(destination);
            }
        }
        connection.receive(pdu);
    }

    private void report(boolean back) {
        boolean more = connection.mayRead();
        own.execute(() -> {
            willing = more;
            if (back) {
                away = false;
            }
            resume.run();
        });
    }
}
