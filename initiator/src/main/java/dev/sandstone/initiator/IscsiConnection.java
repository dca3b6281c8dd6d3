package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.Bhs;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * PDUs over one TCP connection, blocking: the floor of a session, and by itself a way to send what no proper initiator
 * sends.
 *
 * <p>One thread may send while another receives.
 */
public final class IscsiConnection implements Closeable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int DIGEST_BYTES = 4;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] sendHeader = new byte[Bhs.LENGTH];
    private final byte[] receiveHeader = new byte[Bhs.LENGTH];
    private volatile boolean headerDigest;
    private volatile boolean dataDigest;

    private IscsiConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /** Connects, within the time. */
    public static IscsiConnection open(InetSocketAddress portal, int timeoutMs) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(portal, timeoutMs);
            return new IscsiConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw new InitiatorException("cannot connect to " + portal + ": " + e.getMessage(), e);
        }
    }

    /** Speaks over a socket that is connected already. */
    static IscsiConnection over(Socket socket) throws IOException {
        return new IscsiConnection(socket);
    }

    /** Lets {@link #receive} give up after that time with a SocketTimeoutException; 0: never. */
    public void receiveTimeoutMs(int timeoutMs) throws IOException {
        socket.setSoTimeout(timeoutMs);
    }

    /** Switches digests for both directions, from the next PDU on. */
    public void digests(boolean header, boolean data) {
        headerDigest = header;
        dataDigest = data;
    }

    /** Sends one PDU at once; sets DataSegmentLength. */
    public void send(Bhs bhs, byte[] data) throws IOException {
        write(bhs, data, 0, data.length);
        flush();
    }

    /** Puts one PDU into the send buffer; sets DataSegmentLength. */
    void write(Bhs bhs, byte[] data, int offset, int length) throws IOException {
        bhs.dataSegmentLength(length);
        bhs.writeTo(sendHeader, 0);
        out.write(sendHeader);
        if (headerDigest) {
            CRC32C crc = new CRC32C();
            crc.update(sendHeader);
            writeDigest(crc);
        }
        if (length == 0) {
            return;
        }
        byte[] padding = new byte[-length & 3];
        out.write(data, offset, length);
        out.write(padding);
        if (dataDigest) {
            CRC32C crc = new CRC32C();
            crc.update(data, offset, length);
            crc.update(padding);
            writeDigest(crc);
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /**
     * Waits for the next PDU.
     *
     * @throws EOFException the target closed the connection between two PDUs
     * @throws TargetProtocolException a digest is wrong
     */
    public ReceivedPdu receive() throws IOException {
        in.readFully(receiveHeader);
        Bhs bhs = new Bhs();
        bhs.readFrom(receiveHeader, 0);
        if (bhs.totalAhsLength() != 0) {
            throw new TargetProtocolException("additional header segment from the target: " + bhs);
        }
        if (headerDigest) {
            CRC32C crc = new CRC32C();
            crc.update(receiveHeader);
            verifyDigest(crc, "header");
        }
        int length = bhs.dataSegmentLength();
        byte[] data = new byte[length];
        if (length > 0) {
            in.readFully(data);
            byte[] padding = new byte[-length & 3];
            in.readFully(padding);
            if (dataDigest) {
                CRC32C crc = new CRC32C();
                crc.update(data);
                crc.update(padding);
                verifyDigest(crc, "data");
            }
        }
        return new ReceivedPdu(bhs, data);
    }

    /** Whether the target closes the connection before it sends another byte. */
    public boolean closedByTarget() throws IOException {
        return in.read() < 0;
    }

    /** This side's address. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Closes the socket; a thread that receives sees an IOException. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Closes with a TCP reset, as a host does that loses power and comes back. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private void writeDigest(CRC32C crc) throws IOException {
        int value = (int) crc.getValue();
        byte[] bytes = {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
        out.write(bytes);
    }

    private void verifyDigest(CRC32C crc, String part) throws IOException {
        byte[] bytes = new byte[DIGEST_BYTES];
        in.readFully(bytes);
        int value = Integer.reverseBytes(ByteBuffer.wrap(bytes).getInt());
        if (value != (int) crc.getValue()) {
            throw new TargetProtocolException("wrong " + part + " digest from the target");
        }
    }
}
