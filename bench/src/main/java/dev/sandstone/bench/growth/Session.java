package dev.sandstone.bench.growth;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.ScsiRequest;
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
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A session without threads that sends commands of 4 KiB in bursts, so that the target finds the same number each time. */
final class Session implements AutoCloseable {
    static final int BYTES = 4096;

    private static final int SECTORS = BYTES / 512;
    private static final int TIMEOUT_MS = 120_000;
    private static final int OPERATIONAL = 1;
    private static final int FULL_FEATURE = 3;
    private static final int SIMPLE = 1;
    private static final byte[] NOTHING = new byte[0];

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final byte[] data = new byte[BYTES];
    private int cmdSn = 1;
    private int expStatSn;

    Session(InetSocketAddress portal, String iqn, int number) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(portal);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            login(iqn, number);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void login(String iqn, int number) throws IOException {
        LoginRequest request = new LoginRequest();
        request.immediate(true);
        request.currentStage(OPERATIONAL);
        request.transit(true);
        request.nextStage(FULL_FEATURE);
        request.isid(0x400000000000L + number);
        request.cmdSn(cmdSn);
        byte[] keys = ("InitiatorName=iqn.2026-11.dev.sandstone:growth\0TargetName=" + iqn
                        + "\0InitialR2T=No\0ImmediateData=Yes\0")
                .getBytes(StandardCharsets.US_ASCII);
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

    /** Sends TEST UNIT READY until the unit has nothing more to tell (unit attentions). */
    void settle(int lun) throws IOException {
        int status = -1;
        for (int i = 0; i < 8 && status != 0; i++) {
            ByteBuffer ready = ByteBuffer.allocate(Bhs.LENGTH);
            put(lun, Cdb.testUnitReady(), NOTHING, 0, ready);
            socket.getOutputStream().write(ready.array());
            status = status();
        }
        good(status);
    }

    /** Makes what was written durable. */
    void flush(int lun) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(Bhs.LENGTH);
        put(lun, Cdb.synchronizeCache16(0, 0), NOTHING, 0, piece);
        socket.getOutputStream().write(piece.array());
        good(status());
    }

    /** Sends a burst of reads or writes of these blocks; {@link #take} waits for it. */
    void send(int lun, long[] blocks, boolean write) throws IOException {
        ByteBuffer burst = ByteBuffer.allocate(blocks.length * (Bhs.LENGTH + (write ? BYTES : 0)));
        for (long block : blocks) {
            long lba = block * SECTORS;
            if (write) {
                data[0]++;
                put(lun, Cdb.write16(lba, SECTORS), data, 0, burst);
            } else {
                put(lun, Cdb.read16(lba, SECTORS), NOTHING, BYTES, burst);
            }
        }
        socket.getOutputStream().write(burst.array());
    }

    /** Waits for so many commands. */
    void take(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            good(status());
        }
    }

    private void put(int lun, byte[] cdb, byte[] out, int in, ByteBuffer piece) {
        ScsiCommand command = new ScsiCommand();
        command.isFinal(true);
        command.read(in > 0);
        command.write(out.length > 0);
        command.attribute(SIMPLE);
        command.lun(ScsiRequest.lun(lun));
        command.initiatorTaskTag(cmdSn);
        command.expectedDataTransferLength(in + out.length);
        command.cmdSn(cmdSn++);
        command.expStatSn(expStatSn);
        command.cdb(cdb);
        command.dataSegmentLength(out.length);
        byte[] header = new byte[Bhs.LENGTH];
        command.writeTo(header, 0);
        piece.put(header).put(out);
    }

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
