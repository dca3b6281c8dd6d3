package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 7143 7.8: what a wrong digest costs. */
class DigestErrorTest {
    private static final byte[] NO_DATA = {};
    private static final String[] DIGESTS = {"HeaderDigest=CRC32C", "DataDigest=CRC32C", "InitialR2T=No"};

    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        target = new TestServer();
        Arrays.fill(target.device.memory(), (byte) 0x55);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private RawClient session() throws IOException {
        RawClient client = target.session(DIGESTS);
        client.digests(true, true);
        return client;
    }

    /** Sends the PDU with one bit of its last data byte, or of its header, the other way. */
    private static void sendDamaged(RawClient client, Bhs bhs, byte[] data, int at) throws IOException {
        byte[] bytes = client.bytes(bhs, data);
        bytes[at < 0 ? bytes.length + at : at] ^= 1;
        client.write(bytes);
    }

    private static void assertDigestReject(RawClient client) throws IOException {
        RawClient.Answer answer = client.read(Opcode.REJECT);
        assertThat(new Reject(answer.bhs()).reason()).isEqualTo(RejectReason.DATA_DIGEST_ERROR.code());
    }

    @Test
    @Clause("7.8")
    void headerDigestErrorClosesTheConnection() throws IOException {
        try (RawClient client = session()) {
            sendDamaged(client, client.command(FakeDevice.NOTHING, 0, 0), NO_DATA, 20);
            assertThat(client.readToEnd()).isNull();
        }
    }

    @Test
    @Clause("7.8")
    void damagedDataOutFailsItsCommandOnly() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand write = client.command(FakeDevice.WRITE, 8192, 0);
            client.send(write, NO_DATA);
            R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
            DataOut first = client.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 0, 0);
            first.isFinal(false);
            sendDamaged(client, first, new byte[4096], -8);
            assertDigestReject(client);
            client.send(client.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 1, 4096), new byte[4096]);
            RawClient.Answer answer = client.read(Opcode.SCSI_RESPONSE);
            assertThat(new ScsiResponse(answer.bhs()).status()).isEqualTo(2);
            assertThat(answer.data()[2 + 12]).isEqualTo((byte) 0x47);
            assertThat(answer.data()[2 + 13]).isEqualTo((byte) 0x05);
            assertThat(target.device.memory()[0]).isEqualTo((byte) 0x55);
            client.send(client.command(FakeDevice.WRITE, 512, 0), new byte[512]);
            assertThat(new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs()).status())
                    .isZero();
        }
    }

    /** The command counts as never arrived: sent again with the same CmdSN it is executed. */
    @Test
    @Clause("7.8")
    void damagedImmediateDataDiscardsTheCommand() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand write = client.command(FakeDevice.WRITE, 512, 0);
            sendDamaged(client, write, new byte[512], -1);
            assertDigestReject(client);
            assertThat(target.device.memory()[0]).isEqualTo((byte) 0x55);
            client.send(write, new byte[512]);
            assertThat(new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs()).status())
                    .isZero();
            assertThat(target.device.memory()[0]).isZero();
            assertThat(target.server.counters().digestErrors().sum()).isEqualTo(1);
        }
    }

    @Test
    @Clause("7.8")
    void damagedPingIsRejectedAndNotEchoed() throws IOException {
        try (RawClient client = session()) {
            NopOut ping = new NopOut();
            ping.isFinal(true);
            ping.initiatorTaskTag(9);
            ping.targetTransferTag(Bhs.RESERVED_TAG);
            ping.cmdSn(client.cmdSn);
            sendDamaged(client, ping, new byte[5], 54);
            assertDigestReject(client);
            client.send(ping, new byte[5]);
            client.read(Opcode.NOP_IN);
        }
    }
}
