package dev.sandstone.system;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * An initiator that sends a burst of commands in one piece and waits for all answers before the next burst. How many commands
 * the target finds at a time is then no matter of luck, so that its work for each can be counted.
 */
final class BurstHost implements AutoCloseable {
    /** Of each read and write. */
    static final int BYTES = 4096;

    private static final int SECTORS = BYTES / 512;
    private static final int TIMEOUT_MS = 60_000;
    private static final int OPERATIONAL = 1;
    private static final int FULL_FEATURE = 3;
    private static final int SIMPLE = 1;
    private static final byte[] NOTHING = new byte[0];

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final byte[] data = new byte[BYTES];
    private final SplittableRandom random = new SplittableRandom(5);
    private final long places;
    private int cmdSn = 1;
    private int expStatSn;

    /**
     * Logs in.
     *
     * @param bytes of the volume that are read and written
     */
    BurstHost(San san, String iqn, long bytes) throws IOException {
        places = bytes / BYTES;
        random.nextBytes(data);
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(0))));
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            login(iqn);
            // A new nexus is first told of the power on (unit attention 29h/01h).
            byte[] ready = new byte[Bhs.LENGTH];
            put(Cdb.testUnitReady(), false, NOTHING, ready, 0);
            socket.getOutputStream().write(ready);
            status();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void login(String iqn) throws IOException {
        LoginRequest request = new LoginRequest();
        request.immediate(true);
        request.currentStage(OPERATIONAL);
        request.transit(true);
        request.nextStage(FULL_FEATURE);
        request.isid(0x400000000005L);
        request.cmdSn(cmdSn);
        String text =
                "InitiatorName=iqn.2026-11.test.burst:host\0TargetName=" + iqn + "\0InitialR2T=No\0ImmediateData=Yes\0";
        byte[] keys = text.getBytes(StandardCharsets.US_ASCII);
        request.dataSegmentLength(keys.length);
        byte[] bytes = new byte[Bhs.LENGTH + ((keys.length + 3) & ~3)];
        request.writeTo(bytes, 0);
        System.arraycopy(keys, 0, bytes, Bhs.LENGTH, keys.length);
        socket.getOutputStream().write(bytes);
        LoginResponse answer = new LoginResponse(receive());
        if (answer.status() != 0 || !answer.transit()) {
            throw new IOException("not logged in: " + answer);
        }
        expStatSn = answer.statSn() + 1;
    }

    /** Writes every place once, in order. */
    void fill() throws IOException {
        for (long place = 0; place < places; place++) {
            byte[] piece = new byte[Bhs.LENGTH + BYTES];
            put(Cdb.write16(place * SECTORS, SECTORS), true, data, piece, 0);
            socket.getOutputStream().write(piece);
            good(status());
        }
    }

    /** Reads at random places, so many at once, until so many are done. */
    void reads(int count, int depth) throws IOException {
        byte[] burst = new byte[depth * Bhs.LENGTH];
        for (int done = 0; done < count; done += depth) {
            for (int i = 0; i < depth; i++) {
                put(Cdb.read16(place(), SECTORS), false, NOTHING, burst, i * Bhs.LENGTH);
            }
            exchange(burst, depth);
        }
    }

    /** Writes at random places, so many at once, until so many are done. */
    void writes(int count, int depth) throws IOException {
        int whole = Bhs.LENGTH + BYTES;
        byte[] burst = new byte[depth * whole];
        for (int done = 0; done < count; done += depth) {
            for (int i = 0; i < depth; i++) {
                put(Cdb.write16(place(), SECTORS), true, data, burst, i * whole);
            }
            exchange(burst, depth);
        }
    }

    private long place() {
        return random.nextLong(places) * SECTORS;
    }

    private void exchange(byte[] burst, int depth) throws IOException {
        socket.getOutputStream().write(burst);
        for (int i = 0; i < depth; i++) {
            good(status());
        }
    }

    /** A command and its immediate data. */
    private void put(byte[] cdb, boolean write, byte[] out, byte[] piece, int at) {
        ScsiCommand command = new ScsiCommand();
        command.isFinal(true);
        boolean reads = !write && cdb[0] != 0;
        command.read(reads);
        command.write(write);
        command.attribute(SIMPLE);
        command.initiatorTaskTag(cmdSn);
        command.expectedDataTransferLength(write || reads ? BYTES : 0);
        command.cmdSn(cmdSn++);
        command.expStatSn(expStatSn);
        command.cdb(cdb);
        command.dataSegmentLength(out.length);
        command.writeTo(piece, at);
        System.arraycopy(out, 0, piece, at + Bhs.LENGTH, out.length);
    }

    /** Of the command that ends next. */
    private int status() throws IOException {
        while (true) {
            Bhs bhs = receive();
            Opcode opcode = bhs.opcode();
            if (opcode == Opcode.DATA_IN && new DataIn(bhs).statusPresent()) {
                expStatSn++;
                return new DataIn(bhs).status();
            } else if (opcode == Opcode.SCSI_RESPONSE) {
                expStatSn++;
                return new ScsiResponse(bhs).status();
            } else if (opcode != Opcode.DATA_IN && opcode != Opcode.NOP_IN) {
                throw new IOException("not an answer to a command: " + bhs);
            }
        }
    }

    private static void good(int status) throws IOException {
        if (status != 0) {
            throw new IOException("a command ended with status " + status);
        }
    }

    private Bhs receive() throws IOException {
        byte[] header = new byte[Bhs.LENGTH];
        in.readFully(header);
        Bhs bhs = new Bhs();
        bhs.readFrom(header, 0);
        in.skipNBytes((bhs.dataSegmentLength() + 3) & ~3);
        return bhs;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
