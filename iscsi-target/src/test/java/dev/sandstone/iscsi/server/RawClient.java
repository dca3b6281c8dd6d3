package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.PduEncoder;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.SnackRequest;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly the bytes a test wants, and reads PDU after PDU. Nothing is done by itself. */
final class RawClient implements AutoCloseable {
    static final String NAME = "iqn.2026-01.dev.sandstone:host";
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final PduEncoder encoder = new PduEncoder();
    private boolean headerDigest;
    private boolean dataDigest;
    int cmdSn = 100;
    int nextTag = 1;
    long isid = 0x800000000001L;
    String initiator = NAME;
    int tsih;
    int cid = 1;
    int expStatSn;

    /** A received PDU. */
    record Answer(Bhs bhs, byte[] data) {
        Opcode opcode() {
            Opcode opcode = bhs.opcode();
            if (opcode == null) {
                throw new AssertionError("no known opcode: " + bhs);
            }
            return opcode;
        }

        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    RawClient(InetSocketAddress portal) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(portal);
        in = new DataInputStream(socket.getInputStream());
    }

    int localPort() {
        return socket.getLocalPort();
    }

    // ---- bytes ------------------------------------------------------------------------------------------------------

    void send(Bhs bhs, byte[] data) throws IOException {
        write(bytes(bhs, data));
    }

    byte[] bytes(Bhs bhs, byte[] data) {
        ByteBuf out = Unpooled.buffer();
        encoder.pdu(bhs, Unpooled.wrappedBuffer(data), out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Sends the PDU with one bit of the last word of its data the other way: the data digest is wrong. */
    void sendDamaged(Bhs bhs, byte[] data) throws IOException {
        byte[] bytes = bytes(bhs, data);
        bytes[bytes.length - 8] ^= 1;
        write(bytes);
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    Answer read() throws IOException {
        Bhs bhs = new Bhs();
        byte[] header = new byte[Bhs.LENGTH];
        in.readFully(header);
        bhs.readFrom(Unpooled.wrappedBuffer(header));
        if (headerDigest && crc(header, 0) != Integer.reverseBytes(in.readInt())) {
            throw new IOException("header digest");
        }
        byte[] data = new byte[bhs.dataSegmentLength()];
        in.readFully(data);
        if (data.length > 0) {
            int padding = PduEncoder.padding(data.length);
            in.skipNBytes(padding);
            if (dataDigest && crc(data, padding) != Integer.reverseBytes(in.readInt())) {
                throw new IOException("data digest");
            }
        }
        return new Answer(bhs, data);
    }

    private static int crc(byte[] bytes, int padding) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        crc.update(new byte[padding]);
        return (int) crc.getValue();
    }

    Answer read(Opcode wanted) throws IOException {
        Answer answer = read();
        if (answer.opcode() != wanted) {
            throw new AssertionError("wanted " + wanted + ", got " + answer.bhs());
        }
        return answer;
    }

    /** Reads until the target closes; an answer before that is returned. */
    @Nullable
    Answer readToEnd() throws IOException {
        Answer last = null;
        try {
            while (true) {
                last = read();
            }
        } catch (EOFException | SocketException e) {
            return last;
        }
    }

    void digests(boolean header, boolean data) {
        headerDigest = header;
        dataDigest = data;
        encoder.digests(header, data);
    }

    // ---- login ------------------------------------------------------------------------------------------------------

    LoginRequest loginRequest(int from, int to) {
        LoginRequest request = new LoginRequest();
        request.immediate(true);
        request.currentStage(from);
        if (to >= 0) {
            request.transit(true);
            request.nextStage(to);
        }
        request.isid(isid);
        request.tsih(tsih);
        request.cid(cid);
        request.cmdSn(cmdSn);
        return request;
    }

    static byte[] text(String... pairs) {
        StringBuilder text = new StringBuilder();
        for (String pair : pairs) {
            text.append(pair).append('\0');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Logs in without authentication, in one exchange. */
    LoginResponse login(String target, String... keys) throws IOException {
        StringBuilder all = new StringBuilder();
        all.append("InitiatorName=" + initiator + "\0");
        all.append(target.isEmpty() ? "SessionType=Discovery\0" : "TargetName=" + target + "\0");
        for (String key : keys) {
            all.append(key).append('\0');
        }
        send(loginRequest(1, 3), all.toString().getBytes(StandardCharsets.UTF_8));
        LoginResponse response = new LoginResponse(read(Opcode.LOGIN_RESPONSE).bhs());
        if (response.status() == 0) {
            tsih = response.tsih();
            expStatSn = response.statSn() + 1;
        }
        return response;
    }

    // ---- commands ---------------------------------------------------------------------------------------------------

    /** A command of {@link FakeDevice} with the next tag and CmdSN. */
    ScsiCommand command(int opcode, int bytes, int at) {
        ScsiCommand command = new ScsiCommand();
        byte[] cdb = new byte[16];
        cdb[0] = (byte) opcode;
        put(cdb, 2, bytes);
        put(cdb, 6, at);
        command.cdb(cdb);
        command.attribute(1);
        command.initiatorTaskTag(nextTag++);
        command.cmdSn(cmdSn++);
        command.expStatSn(expStatSn);
        command.expectedDataTransferLength(bytes);
        command.read(opcode == FakeDevice.READ || opcode == FakeDevice.READ_AND_HOLD);
        command.write(opcode == FakeDevice.WRITE);
        command.isFinal(true);
        return command;
    }

    DataOut dataOut(int tag, int transferTag, int dataSn, int offset) {
        DataOut dataOut = new DataOut();
        dataOut.initiatorTaskTag(tag);
        dataOut.targetTransferTag(transferTag);
        dataOut.dataSn(dataSn);
        dataOut.bufferOffset(offset);
        dataOut.isFinal(true);
        return dataOut;
    }

    /** A NOP-Out that asks for an answer, with the next tag and CmdSN. */
    NopOut ping() {
        NopOut ping = new NopOut();
        ping.isFinal(true);
        ping.initiatorTaskTag(nextTag++);
        ping.targetTransferTag(Bhs.RESERVED_TAG);
        ping.cmdSn(cmdSn++);
        ping.expStatSn(expStatSn);
        return ping;
    }

    /** Returns once the session has this connection: only then does it hear of what happens to others. */
    void awaitAttached() throws IOException {
        NopOut probe = ping();
        cmdSn--;
        probe.immediate(true);
        send(probe, new byte[0]);
        Answer answer = read();
        while (answer.opcode() == Opcode.ASYNC_MESSAGE) {
            answer = read();
        }
        if (answer.opcode() != Opcode.NOP_IN) {
            throw new AssertionError("wanted NOP_IN, got " + answer.bhs());
        }
    }

    SnackRequest snack(int type, int tag, int begRun, int runLength) {
        SnackRequest snack = new SnackRequest();
        snack.type(type);
        snack.initiatorTaskTag(tag);
        snack.targetTransferTag(Bhs.RESERVED_TAG);
        snack.expStatSn(expStatSn);
        snack.begRun(begRun);
        snack.runLength(runLength);
        return snack;
    }

    LogoutRequest logout(int reason, int closedCid) {
        LogoutRequest logout = new LogoutRequest();
        logout.reason(reason);
        logout.isFinal(true);
        logout.cid(closedCid);
        logout.initiatorTaskTag(nextTag++);
        logout.cmdSn(cmdSn++);
        logout.expStatSn(expStatSn);
        return logout;
    }

    /** An immediate task management function. */
    TaskManagementRequest function(int function, int referencedTag) {
        TaskManagementRequest request = new TaskManagementRequest();
        request.immediate(true);
        request.function(function);
        request.initiatorTaskTag(nextTag++);
        request.referencedTaskTag(referencedTag);
        request.cmdSn(cmdSn);
        request.expStatSn(expStatSn);
        return request;
    }

    private static void put(byte[] cdb, int at, int value) {
        cdb[at] = (byte) (value >>> 24);
        cdb[at + 1] = (byte) (value >>> 16);
        cdb[at + 2] = (byte) (value >>> 8);
        cdb[at + 3] = (byte) value;
    }

    /** The connection is lost. */
    void drop() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
