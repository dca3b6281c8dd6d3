package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.LogoutResponse;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.RequestBhs;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import dev.sandstone.iscsi.pdu.TaskManagementResponse;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextPair;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A session of one connection in the full feature phase.
 *
 * <p>Any thread may call. {@link #submit} takes any number of commands; the target's command window decides how many are
 * on the wire. A reader and a writer thread run until {@link #close} or the end of the connection, which fails everything
 * under way.
 */
public final class IscsiSession implements Closeable {
    private static final byte[] NOTHING = new byte[0];

    private final SessionOptions options;
    private final LoginResult login;
    private final SessionEngine engine;

    private IscsiSession(SessionOptions options, LoginResult login, SessionEngine engine) {
        this.options = options;
        this.login = login;
        this.engine = engine;
    }

    /**
     * Connects and logs in.
     *
     * @throws LoginFailedException the target refused, or failed to prove itself
     */
    public static IscsiSession open(SessionOptions options) throws IOException {
        IscsiConnection connection = IscsiConnection.open(options.portal(), options.timeoutMs());
        try {
            connection.receiveTimeoutMs(options.timeoutMs());
            LoginResult login = new LoginClient(connection, options).login();
            connection.receiveTimeoutMs(0);
            SessionEngine engine = new SessionEngine(connection, login);
            engine.start();
            return new IscsiSession(options, login, engine);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /** What the login agreed on. */
    public OperationalParameters parameters() {
        return login.parameters();
    }

    /** The target session identifying handle. */
    public int tsih() {
        return login.tsih();
    }

    /** A command under way: its tag, for task management, and its end. */
    public record Call(int tag, CompletableFuture<ScsiResult> done) {}

    /** Sends a command when the window allows it; its end is told by the future, on the reader thread. */
    public Call submit(ScsiRequest request) {
        CommandExchange exchange = engine.command(request, login.parameters());
        return new Call(exchange.tag(), exchange.done());
    }

    /** Sends a command and waits for its end, whatever its status. */
    public ScsiResult execute(ScsiRequest request) throws IOException {
        return Waiting.until(submit(request).done(), options.timeoutMs());
    }

    /**
     * Performs a task management function and waits for the answer.
     *
     * @param function code of RFC 7143 11.5.1
     * @param lun the LUN field
     * @param referencedTag the command for ABORT TASK, else {@link Bhs#RESERVED_TAG}
     * @return response code of RFC 7143 11.6.1
     */
    public int manage(int function, long lun, int referencedTag) throws IOException {
        TaskManagementRequest request = new TaskManagementRequest();
        request.immediate(true);
        request.function(function);
        request.lun(lun);
        request.referencedTaskTag(referencedTag);
        request.refCmdSn(engine.cmdSnOf(referencedTag));
        List<CommandExchange> touched = engine.touchedBy(function, lun, referencedTag);
        ReceivedPdu answer = exchange(request, NOTHING, Opcode.TASK_MANAGEMENT_RESPONSE);
        int response = new TaskManagementResponse(answer.bhs()).response();
        if (response == 0) {
            engine.abandon(touched, function);
        }
        return response;
    }

    /** Sends a NOP-Out with data and waits for it to come back. */
    public byte[] ping(byte[] data) throws IOException {
        NopOut request = new NopOut();
        request.immediate(true);
        request.targetTransferTag(Bhs.RESERVED_TAG);
        return exchange(request, data, Opcode.NOP_IN).data();
    }

    /** A whole text exchange (RFC 7143 11.10). */
    public List<TextPair> text(List<TextPair> pairs) throws IOException {
        try {
            return new TextDialogue(engine, options.timeoutMs()).ask(pairs);
        } catch (TextException e) {
            throw new TargetProtocolException("text from the target: " + e.getMessage());
        }
    }

    /** The Async Messages that came so far. */
    public List<AsyncMessage> asyncMessages() {
        return engine.asyncMessages();
    }

    /** Completes, with the cause, when the connection has ended. */
    public CompletableFuture<IOException> ended() {
        return engine.ended();
    }

    /** Logs out in order and closes. */
    public void logout() throws IOException {
        LogoutRequest request = new LogoutRequest();
        request.immediate(true);
        request.reason(0);
        ReceivedPdu answer = exchange(request, NOTHING, Opcode.LOGOUT_RESPONSE);
        int response = new LogoutResponse(answer.bhs()).response();
        close();
        if (response != 0) {
            throw new InitiatorException("logout answered with response " + response);
        }
    }

    /** Closes the connection without a logout. */
    @Override
    public void close() throws IOException {
        engine.close();
    }

    /** Ends the connection by a TCP reset. */
    public void reset() throws IOException {
        engine.reset();
    }

    private ReceivedPdu exchange(RequestBhs request, byte[] data, Opcode answer) throws IOException {
        return Waiting.until(engine.request(request, data, answer).done(), options.timeoutMs());
    }
}
