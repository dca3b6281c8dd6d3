package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.RequestBhs;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A request of one PDU with an answer of one PDU: NOP, text, task management, logout. */
final class SimpleExchange extends Exchange {
    private final RequestBhs header;
    private final byte[] data;
    private final Opcode answer;
    private final CompletableFuture<ReceivedPdu> done = new CompletableFuture<>();

    /** @param header complete but for its numbers; I bit set: ahead of the window */
    SimpleExchange(RequestBhs header, byte[] data, Opcode answer) {
        super(header.initiatorTaskTag());
        this.header = header;
        this.data = data;
        this.answer = answer;
    }

    CompletableFuture<ReceivedPdu> done() {
        return done;
    }

    @Override
    boolean immediate() {
        return header.immediate();
    }

    @Override
    void send(IscsiConnection connection, int expStatSn) throws IOException {
        header.cmdSn(cmdSn());
        header.expStatSn(expStatSn);
        connection.write(header, data, 0, data.length);
    }

    @Override
    boolean receive(ReceivedPdu pdu) throws TargetProtocolException {
        if (pdu.bhs().opcode() != answer) {
            throw new TargetProtocolException("expected " + answer + ", came " + pdu.bhs());
        }
        done.complete(pdu);
        return true;
    }

    @Override
    void fail(IOException cause) {
        done.completeExceptionally(cause);
    }
}
