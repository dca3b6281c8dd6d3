package dev.sandstone.iscsi.server;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** SNACKs of any shape between reads, writes, acknowledgements and reassignments at error recovery level 1 or 2. */
class SnackFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void snacks(FuzzedDataProvider data) {
        FuzzedTarget target = new FuzzedTarget();
        target.login("ErrorRecoveryLevel=" + (data.consumeBoolean() ? 1 : 2)
                + "\0DefaultTime2Retain=0\0InitialR2T=No\0FirstBurstLength=512\0MaxBurstLength=1024"
                + "\0MaxRecvDataSegmentLength=512\0DataSequenceInOrder=" + (data.consumeBoolean() ? "Yes" : "No")
                + "\0DataPDUInOrder=" + (data.consumeBoolean() ? "Yes" : "No") + "\0MaxOutstandingR2T=3\0");
        while (data.remainingBytes() > 0 && target.channel.isOpen()) {
            target.take(pdu(data));
        }
        target.end();
    }

    private static byte[] pdu(FuzzedDataProvider data) {
        int opcode = data.pickValue(new int[] {0x01, 0x01, 0x02, 0x05, 0x05, 0x10, 0x10, 0x10, 0x10, 0x00, 0x04});
        int segment = opcode == 0x05 || opcode == 0x01 ? data.consumeInt(0, 512) : 0;
        byte[] header = new byte[48];
        header[0] = (byte) (opcode | (data.consumeInt(0, 3) == 0 ? 0x40 : 0));
        header[1] = (byte) (data.consumeBoolean() ? 0x80 | data.consumeInt(0, 8) : data.consumeByte());
        FuzzedTarget.put(header, 4, segment);
        FuzzedTarget.put(header, 16, data.consumeInt(-1, 4));
        FuzzedTarget.put(header, 20, data.consumeInt(-1, 8));
        FuzzedTarget.put(header, 24, 1 + data.consumeInt(0, 6));
        FuzzedTarget.put(header, 28, data.consumeInt(0, 12));
        FuzzedTarget.put(header, 36, data.consumeInt(0, 4));
        FuzzedTarget.put(header, 40, data.consumeBoolean() ? data.consumeInt(0, 8) : data.consumeInt());
        FuzzedTarget.put(header, 44, data.consumeBoolean() ? data.consumeInt(0, 8) : data.consumeInt());
        if (opcode == 0x01) {
            FuzzedTarget.put(header, 20, data.consumeInt(0, 4096));
            header[1] = data.pickValue(new byte[] {(byte) 0xc1, (byte) 0xa1, 0x21, (byte) 0x81});
            boolean read = (header[1] & 0x40) != 0;
            header[32] = (byte) (read ? FakeDevice.READ : FakeDevice.WRITE);
            FuzzedTarget.put(header, 34, data.consumeInt(0, 4096));
            FuzzedTarget.put(header, 38, 0);
            FuzzedTarget.put(header, 4, read ? 0 : segment);
            segment = read ? 0 : segment;
        }
        byte[] pdu = new byte[48 + ((segment + 3) & ~3)];
        System.arraycopy(header, 0, pdu, 0, 48);
        byte[] body = data.consumeBytes(segment);
        System.arraycopy(body, 0, pdu, 48, body.length);
        return pdu;
    }
}
