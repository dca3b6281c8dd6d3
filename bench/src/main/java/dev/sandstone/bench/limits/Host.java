package dev.sandstone.bench.limits;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** An initiator that costs little: one socket, no thread, no buffers of its own. */
final class Host implements AutoCloseable {
    private static final int TIMEOUT_MS = 60_000;
    private static final int SECURITY = 0;
    private static final int OPERATIONAL = 1;
    private static final int FULL_FEATURE = 3;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final long isid;

    /**
     * @param port of the target on loopback
     * @param address the last three bytes of the loopback address to come from
     */
    Host(int port, int address, long isid) throws IOException {
        this.isid = isid;
        byte[] from = {127, (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
        try {
            socket.setReuseAddress(true);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The status of a login without authentication. */
    int login() throws IOException {
        request(OPERATIONAL, FULL_FEATURE, names(LimitsTarget.OPEN));
        return status();
    }

    /** The status of a login with a wrong answer to the challenge. */
    int loginWithWrongProof() throws IOException {
        request(SECURITY, -1, names(LimitsTarget.GUARDED) + "AuthMethod=CHAP\0");
        status();
        request(SECURITY, -1, "CHAP_A=7\0");
        status();
        request(SECURITY, OPERATIONAL, "CHAP_N=host\0CHAP_R=0x" + "5a".repeat(32) + "\0");
        return status();
    }

    private static String names(String target) {
        return "InitiatorName=iqn.2026-01.dev.sandstone:host\0TargetName=" + target + "\0";
    }

    private void request(int from, int to, String text) throws IOException {
        LoginRequest request = new LoginRequest();
        request.immediate(true);
        request.currentStage(from);
        if (to >= 0) {
            request.transit(true);
            request.nextStage(to);
        }
        request.isid(isid);
        request.cmdSn(1);
        send(request, text.getBytes(StandardCharsets.US_ASCII));
    }

    private int status() throws IOException {
        return new LoginResponse(receive()).status();
    }

    private void send(Bhs bhs, byte[] data) throws IOException {
        bhs.dataSegmentLength(data.length);
        byte[] bytes = new byte[Bhs.LENGTH + ((data.length + 3) & ~3)];
        bhs.writeTo(bytes, 0);
        System.arraycopy(data, 0, bytes, Bhs.LENGTH, data.length);
        socket.getOutputStream().write(bytes);
    }

    private Bhs receive() throws IOException {
        byte[] header = new byte[Bhs.LENGTH];
        in.readFully(header);
        Bhs bhs = new Bhs();
        bhs.readFrom(header, 0);
        in.skipNBytes((bhs.dataSegmentLength() + 3) & ~3);
        return bhs;
    }

    /** Answers the target's questions that came meanwhile. */
    void answerPings() throws IOException {
        while (in.available() >= Bhs.LENGTH) {
            Bhs bhs = receive();
            if (bhs.opcode() == Opcode.NOP_IN) {
                NopOut pong = new NopOut();
                pong.immediate(true);
                pong.isFinal(true);
                pong.initiatorTaskTag(Bhs.RESERVED_TAG);
                pong.targetTransferTag(new NopIn(bhs).targetTransferTag());
                pong.cmdSn(1);
                send(pong, new byte[0]);
            }
        }
    }

    /** Sends the first byte of a login and no more. */
    void beginLogin() throws IOException {
        try {
            socket.getOutputStream().write(0x43);
        } catch (SocketException e) {
            // Closed at once: too many log in already.
            return;
        }
    }

    /** Waits until the target closes. */
    void awaitEnd() throws IOException {
        try {
            if (in.read() >= 0) {
                throw new IOException("an answer to a login that was never sent");
            }
        } catch (SocketException e) {
            // Reset: closed too.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
