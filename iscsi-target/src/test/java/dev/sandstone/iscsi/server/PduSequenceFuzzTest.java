package dev.sandstone.iscsi.server;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any PDUs after a login, well formed more often than not. */
class PduSequenceFuzzTest {
    private static final int MAX_BYTES = FuzzedTarget.MEMORY / 4;

    @FuzzTest(maxDuration = "20s")
    void afterLogin(FuzzedDataProvider data) {
        FuzzedTarget target = new FuzzedTarget();
        target.login(data.consumeBoolean());
        while (data.remainingBytes() > 0 && target.channel.isOpen()) {
            target.take(pdu(data));
        }
        target.end();
    }

    /** A PDU that is well formed more often than not, so that it gets past the decoder. */
    private static byte[] pdu(FuzzedDataProvider data) {
        int length = data.consumeInt(0, 600);
        byte[] header = new byte[48];
        int opcode = data.pickValue(new int[] {0x00, 0x01, 0x01, 0x02, 0x04, 0x05, 0x05, 0x06, 0x10, 0x1c, 0x21});
        boolean carries = opcode != 0x02 && opcode != 0x06 && opcode != 0x10;
        int segment = carries ? length : 0;
        header[0] = (byte) (opcode | (data.consumeBoolean() ? 0x40 : 0));
        header[1] = data.consumeByte();
        FuzzedTarget.put(header, 4, segment);
        FuzzedTarget.put(header, 16, data.consumeInt(-1, 6));
        FuzzedTarget.put(header, 20, data.consumeBoolean() ? -1 : data.consumeInt(0, 6));
        FuzzedTarget.put(header, 24, 1 + data.consumeInt(0, 8));
        FuzzedTarget.put(header, 36, data.consumeInt(0, 3));
        FuzzedTarget.put(header, 40, data.consumeInt(0, 1200));
        if (opcode == 0x01) {
            FuzzedTarget.put(header, 20, data.consumeInt(0, MAX_BYTES));
            header[32] = data.pickValue(new byte[] {(byte) 0xc0, (byte) 0xc1, (byte) 0xc2, (byte) 0xc3, (byte) 0xc5});
            FuzzedTarget.put(header, 34, data.consumeInt(0, MAX_BYTES));
            FuzzedTarget.put(header, 38, 0);
        }
        byte[] pdu = new byte[48 + ((segment + 3) & ~3)];
        System.arraycopy(header, 0, pdu, 0, 48);
        byte[] body = data.consumeBytes(segment);
        System.arraycopy(body, 0, pdu, 48, body.length);
        return pdu;
    }
}
