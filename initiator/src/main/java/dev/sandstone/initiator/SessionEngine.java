package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RequestBhs;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.text.OperationalParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The two threads of a session and what they share.
 *
 * <p>The reader takes PDUs, checks StatSN (each status exactly one after the other, RFC 7143 4.2.2.2), finds the exchange
 * by its tag and lets it answer; it never writes to the socket, so it cannot be blocked by a target that waits for it to
 * read. The writer alone writes.
 */
final class SessionEngine {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int ABORT_TASK = 1;
    private static final int LAST_OF_ONE_UNIT = 5;

    private final IscsiConnection connection;
    private final Outbox outbox;
    private final Map<Integer, Exchange> exchanges = new ConcurrentHashMap<>();
    private final List<AsyncMessage> asyncMessages = new CopyOnWriteArrayList<>();
    private final CompletableFuture<IOException> ended = new CompletableFuture<>();
    private final AtomicInteger nextTag = new AtomicInteger(1);
    private volatile int expStatSn;

    SessionEngine(IscsiConnection connection, LoginResult login) {
        this.connection = connection;
        this.outbox = new Outbox(login.cmdSn(), login.maxCmdSn());
        this.expStatSn = login.expStatSn();
    }

    void start() {
        int number = NUMBER.incrementAndGet();
        Thread.ofPlatform().daemon().name("initiator-" + number + "-reader").start(this::readAll);
        Thread.ofPlatform().daemon().name("initiator-" + number + "-writer").start(this::writeAll);
    }

    CommandExchange command(ScsiRequest request, OperationalParameters parameters) {
        CommandExchange[] self = new CommandExchange[1];
        CommandExchange exchange = new CommandExchange(
                newTag(),
                request,
                parameters,
                burst -> outbox.addUrgent(() -> self[0].sendBurst(connection, burst, expStatSn)));
        self[0] = exchange;
        submit(exchange);
        return exchange;
    }

    /** Sends a request of one PDU; gives it its tag. */
    SimpleExchange request(RequestBhs header, byte[] data, Opcode answer) {
        header.initiatorTaskTag(newTag());
        SimpleExchange exchange = new SimpleExchange(header, data, answer);
        submit(exchange);
        return exchange;
    }

    /** The CmdSN of a command under way; 0 when there is none. */
    int cmdSnOf(int tag) {
        Exchange exchange = exchanges.get(tag);
        return exchange == null ? 0 : exchange.cmdSn();
    }

    /** The commands under way now that a task management function would end. */
    List<CommandExchange> touchedBy(int function, long lun, int tag) {
        List<CommandExchange> touched = new ArrayList<>();
        for (Exchange exchange : exchanges.values()) {
            if (exchange instanceof CommandExchange command) {
                boolean hit = function == ABORT_TASK
                        ? command.tag() == tag
                        : function > LAST_OF_ONE_UNIT || command.lun() == lun;
                if (hit) {
                    touched.add(command);
                }
            }
        }
        return touched;
    }

    /** Ends commands that the target will not answer any more. */
    void abandon(List<CommandExchange> commands, int function) {
        for (CommandExchange command : commands) {
            if (exchanges.remove(command.tag()) != null) {
                command.fail(new TaskAbortedException("ended by task management function " + function));
            }
        }
    }

    List<AsyncMessage> asyncMessages() {
        return List.copyOf(asyncMessages);
    }

    CompletableFuture<IOException> ended() {
        return ended;
    }

    void close() throws IOException {
        end(new InitiatorException("the session was closed"));
    }

    void reset() throws IOException {
        connection.reset();
        end(new InitiatorException("the connection was reset"));
    }

    private int newTag() {
        int tag = nextTag.getAndIncrement();
        return tag == Bhs.RESERVED_TAG ? nextTag.getAndIncrement() : tag;
    }

    private void submit(Exchange exchange) {
        exchanges.put(exchange.tag(), exchange);
        if (exchange.immediate()) {
            outbox.addUrgent(() -> {
                exchange.cmdSn(outbox.currentCmdSn());
                exchange.send(connection, expStatSn);
            });
        } else {
            outbox.addCommand(() -> {
                exchange.cmdSn(outbox.takeCmdSn());
                exchange.send(connection, expStatSn);
            });
        }
        IOException cause = ended.getNow(null);
        if (cause != null && exchanges.remove(exchange.tag()) != null) {
            exchange.fail(cause);
        }
    }

    private void writeAll() {
        try {
            Outbox.Item item = outbox.take();
            while (item != null) {
                item.send();
                if (outbox.isIdle()) {
                    connection.flush();
                }
                item = outbox.take();
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    private void readAll() {
        try {
            while (!ended.isDone()) {
                take(connection.receive());
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    private void take(ReceivedPdu pdu) throws TargetProtocolException {
        ResponseBhs response = new ResponseBhs(pdu.bhs());
        Opcode opcode = response.opcode();
        if (opcode == null || opcode.fromInitiator()) {
            throw new TargetProtocolException("no PDU of a target: " + response);
        }
        count(opcode, response);
        outbox.maxCmdSn(response.maxCmdSn());
        switch (opcode) {
            case NOP_IN -> nop(new NopIn(pdu.bhs()), pdu);
            case ASYNC_MESSAGE -> asyncMessages.add(new AsyncMessage(pdu.bhs()));
            case REJECT -> rejected(new Reject(pdu.bhs()), pdu.data());
            default -> answer(pdu);
        }
    }

    /** Checks StatSN where the PDU carries one, and moves on where it uses it up. */
    private void count(Opcode opcode, ResponseBhs response) throws TargetProtocolException {
        boolean withoutStatus = opcode == Opcode.DATA_IN && !new DataIn(response).statusPresent();
        if (withoutStatus) {
            return;
        }
        if (response.statSn() != expStatSn) {
            throw new TargetProtocolException("StatSN is not " + expStatSn + ": " + response);
        }
        boolean ping = opcode == Opcode.NOP_IN && response.initiatorTaskTag() == Bhs.RESERVED_TAG;
        if (!ping && opcode != Opcode.R2T) {
            expStatSn = response.statSn() + 1;
        }
    }

    private void nop(NopIn pdu, ReceivedPdu received) throws TargetProtocolException {
        if (pdu.initiatorTaskTag() != Bhs.RESERVED_TAG) {
            answer(received);
            return;
        }
        if (pdu.targetTransferTag() == Bhs.RESERVED_TAG) {
            return;
        }
        NopOut pong = new NopOut();
        pong.immediate(true);
        pong.lun(pdu.lun());
        pong.initiatorTaskTag(Bhs.RESERVED_TAG);
        pong.targetTransferTag(pdu.targetTransferTag());
        byte[] data = received.data();
        outbox.addUrgent(() -> {
            pong.cmdSn(outbox.currentCmdSn());
            pong.expStatSn(expStatSn);
            connection.write(pong, data, 0, data.length);
        });
    }

    private void rejected(Reject pdu, byte[] header) throws TargetProtocolException {
        if (header.length < Bhs.LENGTH) {
            throw new TargetProtocolException("a Reject without the header it rejects: " + pdu);
        }
        Bhs bad = new Bhs();
        bad.readFrom(header, 0);
        Exchange exchange = exchanges.remove(bad.initiatorTaskTag());
        if (exchange != null) {
            exchange.fail(new RejectedException(pdu.reason()));
        }
    }

    private void answer(ReceivedPdu pdu) throws TargetProtocolException {
        int tag = pdu.bhs().initiatorTaskTag();
        Exchange exchange = exchanges.get(tag);
        if (exchange == null) {
            throw new TargetProtocolException("no request has this tag: " + pdu.bhs());
        }
        if (exchange.receive(pdu)) {
            exchanges.remove(tag);
        }
    }

    private void lost(IOException cause) {
        IOException told = cause instanceof TargetProtocolException
                ? cause
                : new InitiatorException("the connection was lost: " + cause, cause);
        try {
            end(told);
        } catch (IOException closing) {
            told.addSuppressed(closing);
        }
    }

    private void end(IOException cause) throws IOException {
        if (ended.complete(cause)) {
            outbox.close();
            connection.close();
        }
        for (Exchange exchange : List.copyOf(exchanges.values())) {
            if (exchanges.remove(exchange.tag()) != null) {
                exchange.fail(cause);
            }
        }
    }
}
