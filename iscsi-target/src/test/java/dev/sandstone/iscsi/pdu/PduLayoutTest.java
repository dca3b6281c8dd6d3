package dev.sandstone.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Every layout against bytes written down by hand from the figures of RFC 7143 11. */
class PduLayoutTest {
    private static final long LUN = 0x0102030405060708L;

    @Test
    void nopOut() {
        NopOut pdu = new NopOut();
        pdu.immediate(true);
        pdu.lun(LUN);
        pdu.initiatorTaskTag(0x11121314);
        pdu.targetTransferTag(0xffffffff);
        pdu.cmdSn(0x21222324);
        pdu.expStatSn(0x31323334);
        pdu.dataSegmentLength(0x010203);
        assertHex(pdu, "40800000 00010203 01020304 05060708 11121314 ffffffff 21222324 31323334", 16);
        NopOut read = new NopOut(pdu.copy());
        assertThat(read.immediate()).isTrue();
        assertThat(read.opcode()).isEqualTo(Opcode.NOP_OUT);
        assertThat(read.targetTransferTag()).isEqualTo(Bhs.RESERVED_TAG);
        assertThat(read.cmdSn()).isEqualTo(0x21222324);
        assertThat(read.expStatSn()).isEqualTo(0x31323334);
        assertThat(read.dataSegmentLength()).isEqualTo(0x010203);
    }

    @Test
    void nopIn() {
        NopIn pdu = new NopIn();
        numbers(pdu);
        pdu.lun(LUN);
        pdu.initiatorTaskTag(0xffffffff);
        pdu.targetTransferTag(0x21);
        assertHex(pdu, "20800000 00000000 01020304 05060708 ffffffff 00000021 00000a01 00000b02 00000c03", 12);
        NopIn read = new NopIn(pdu.copy());
        assertThat(read.targetTransferTag()).isEqualTo(0x21);
        assertThat(read.lun()).isEqualTo(LUN);
        assertThat(read.statSn()).isEqualTo(0xa01);
        assertThat(read.expCmdSn()).isEqualTo(0xb02);
        assertThat(read.maxCmdSn()).isEqualTo(0xc03);
    }

    @Test
    void scsiCommand() {
        ScsiCommand pdu = new ScsiCommand();
        pdu.read(true);
        pdu.write(true);
        pdu.attribute(3);
        pdu.lun(LUN);
        pdu.initiatorTaskTag(7);
        pdu.expectedDataTransferLength(0x80000000);
        pdu.cmdSn(1);
        pdu.expStatSn(2);
        pdu.cdb(HexFormat.of().parseHex("28000000000000000200"));
        assertHex(
                pdu,
                "01e30000 00000000 01020304 05060708 00000007 80000000 00000001 00000002"
                        + "28000000 00000000 02000000 00000000",
                0);
        ScsiCommand read = new ScsiCommand(pdu.copy());
        assertThat(read.read()).isTrue();
        assertThat(read.write()).isTrue();
        assertThat(read.isFinal()).isTrue();
        assertThat(read.attribute()).isEqualTo(3);
        assertThat(read.expectedDataTransferLength()).isEqualTo(0x80000000);
        byte[] cdb = new byte[16];
        read.copyCdb(cdb);
        assertThat(HexFormat.of().formatHex(cdb)).isEqualTo("28000000000000000200000000000000");
        read.write(false);
        read.isFinal(false);
        assertThat(read.flags()).isEqualTo(0x43);
        read.totalAhsLength(256);
        read.dataSegmentLength(0xffffff);
        assertThat(read.totalAhsLength()).isEqualTo(256);
        assertThat(read.dataSegmentLength()).isEqualTo(0xffffff);
        read.dataSegmentLength(5);
        assertThat(read.totalAhsLength()).isEqualTo(256);
        assertThat(read.dataSegmentLength()).isEqualTo(5);
    }

    @Test
    void scsiResponse() {
        ScsiResponse pdu = new ScsiResponse();
        numbers(pdu);
        pdu.underflow(true);
        pdu.bidirectionalOverflow(true);
        pdu.response(1);
        pdu.status(2);
        pdu.initiatorTaskTag(9);
        pdu.expDataSn(4);
        pdu.bidirectionalResidual(5);
        pdu.residual(6);
        assertHex(
                pdu,
                "21920102 00000000 00000000 00000000 00000009 00000000 00000a01 00000b02 00000c03"
                        + "00000004 00000005 00000006",
                0);
        ScsiResponse read = new ScsiResponse(pdu.copy());
        assertThat(read.underflow()).isTrue();
        assertThat(read.overflow()).isFalse();
        assertThat(read.bidirectionalOverflow()).isTrue();
        assertThat(read.bidirectionalUnderflow()).isFalse();
        assertThat(read.response()).isEqualTo(1);
        assertThat(read.status()).isEqualTo(2);
        assertThat(read.expDataSn()).isEqualTo(4);
        assertThat(read.bidirectionalResidual()).isEqualTo(5);
        assertThat(read.residual()).isEqualTo(6);
        read.underflow(false);
        read.overflow(true);
        read.bidirectionalOverflow(false);
        read.bidirectionalUnderflow(true);
        assertThat(read.flags()).isEqualTo(0x8c);
    }

    @Test
    void taskManagement() {
        TaskManagementRequest request = new TaskManagementRequest();
        request.function(5);
        request.lun(LUN);
        request.initiatorTaskTag(1);
        request.referencedTaskTag(2);
        request.cmdSn(3);
        request.expStatSn(4);
        request.refCmdSn(5);
        request.expDataSn(6);
        assertHex(
                request,
                "02850000 00000000 01020304 05060708 00000001 00000002 00000003 00000004 00000005 00000006",
                8);
        TaskManagementRequest read = new TaskManagementRequest(request.copy());
        assertThat(read.function()).isEqualTo(5);
        assertThat(read.referencedTaskTag()).isEqualTo(2);
        assertThat(read.refCmdSn()).isEqualTo(5);
        assertThat(read.expDataSn()).isEqualTo(6);

        TaskManagementResponse response = new TaskManagementResponse();
        numbers(response);
        response.response(255);
        response.initiatorTaskTag(1);
        assertHex(response, "2280ff00 00000000 00000000 00000000 00000001 00000000 00000a01 00000b02 00000c03", 12);
        assertThat(new TaskManagementResponse(response).response()).isEqualTo(255);
    }

    @Test
    void loginRequest() {
        LoginRequest pdu = new LoginRequest();
        pdu.immediate(true);
        pdu.transit(true);
        pdu.currentStage(1);
        pdu.nextStage(3);
        pdu.versionMax(1);
        pdu.versionMin(2);
        pdu.isid(0x8123456789abL);
        pdu.tsih(0xfedc);
        pdu.initiatorTaskTag(5);
        pdu.cid(0xabcd);
        pdu.cmdSn(6);
        pdu.expStatSn(7);
        assertHex(pdu, "43870102 00000000 81234567 89abfedc 00000005 abcd0000 00000006 00000007", 16);
        LoginRequest read = new LoginRequest(pdu.copy());
        assertThat(read.transit()).isTrue();
        assertThat(read.continues()).isFalse();
        assertThat(read.currentStage()).isEqualTo(1);
        assertThat(read.nextStage()).isEqualTo(3);
        assertThat(read.versionMax()).isEqualTo(1);
        assertThat(read.versionMin()).isEqualTo(2);
        assertThat(read.isid()).isEqualTo(0x8123456789abL);
        assertThat(read.tsih()).isEqualTo(0xfedc);
        assertThat(read.cid()).isEqualTo(0xabcd);
        read.continues(true);
        read.transit(false);
        assertThat(read.flags()).isEqualTo(0x47);
    }

    @Test
    void loginResponse() {
        LoginResponse pdu = new LoginResponse();
        numbers(pdu);
        pdu.continues(true);
        pdu.versionMax(3);
        pdu.versionActive(4);
        pdu.isid(0x0123456789abL);
        pdu.tsih(2);
        pdu.initiatorTaskTag(5);
        pdu.status(LoginStatus.OUT_OF_RESOURCES.code());
        assertHex(pdu, "23400304 00000000 01234567 89ab0002 00000005 00000000 00000a01 00000b02 00000c03 03020000", 8);
        LoginResponse read = new LoginResponse(pdu.copy());
        assertThat(LoginStatus.of(read.status())).isEqualTo(LoginStatus.OUT_OF_RESOURCES);
        assertThat(read.versionActive()).isEqualTo(4);
        assertThat(read.isid()).isEqualTo(0x0123456789abL);
        assertThat(read.tsih()).isEqualTo(2);
    }

    @Test
    void text() {
        TextRequest request = new TextRequest();
        request.isFinal(false);
        request.continues(true);
        request.lun(LUN);
        request.initiatorTaskTag(1);
        request.targetTransferTag(2);
        request.cmdSn(3);
        request.expStatSn(4);
        assertHex(request, "04400000 00000000 01020304 05060708 00000001 00000002 00000003 00000004", 16);
        assertThat(new TextRequest(request).continues()).isTrue();
        assertThat(new TextRequest(request).targetTransferTag()).isEqualTo(2);

        TextResponse response = new TextResponse();
        numbers(response);
        response.initiatorTaskTag(1);
        response.targetTransferTag(0xffffffff);
        assertHex(response, "24800000 00000000 00000000 00000000 00000001 ffffffff 00000a01 00000b02 00000c03", 12);
        assertThat(new TextResponse(response).continues()).isFalse();
        assertThat(new TextResponse(response).targetTransferTag()).isEqualTo(Bhs.RESERVED_TAG);
    }

    @Test
    void dataOut() {
        DataOut pdu = new DataOut();
        pdu.isFinal(true);
        pdu.lun(LUN);
        pdu.initiatorTaskTag(1);
        pdu.targetTransferTag(2);
        pdu.expStatSn(3);
        pdu.dataSn(4);
        pdu.bufferOffset(0x20000);
        pdu.dataSegmentLength(8192);
        assertHex(
                pdu,
                "05800000 00002000 01020304 05060708 00000001 00000002 00000000 00000003 00000000"
                        + "00000004 00020000 00000000",
                0);
        DataOut read = new DataOut(pdu.copy());
        assertThat(read.targetTransferTag()).isEqualTo(2);
        assertThat(read.expStatSn()).isEqualTo(3);
        assertThat(read.dataSn()).isEqualTo(4);
        assertThat(read.bufferOffset()).isEqualTo(0x20000);
    }

    @Test
    void dataIn() {
        DataIn pdu = new DataIn();
        numbers(pdu);
        pdu.isFinal(true);
        pdu.statusPresent(true);
        pdu.underflow(true);
        pdu.status(8);
        pdu.initiatorTaskTag(1);
        pdu.targetTransferTag(0xffffffff);
        pdu.dataSn(2);
        pdu.bufferOffset(3);
        pdu.residual(4);
        assertHex(
                pdu,
                "25830008 00000000 00000000 00000000 00000001 ffffffff 00000a01 00000b02 00000c03"
                        + "00000002 00000003 00000004",
                0);
        DataIn read = new DataIn(pdu.copy());
        assertThat(read.statusPresent()).isTrue();
        assertThat(read.underflow()).isTrue();
        assertThat(read.overflow()).isFalse();
        assertThat(read.acknowledge()).isFalse();
        assertThat(read.status()).isEqualTo(8);
        assertThat(read.targetTransferTag()).isEqualTo(Bhs.RESERVED_TAG);
        assertThat(read.dataSn()).isEqualTo(2);
        assertThat(read.bufferOffset()).isEqualTo(3);
        assertThat(read.residual()).isEqualTo(4);
        read.acknowledge(true);
        read.overflow(true);
        assertThat(read.flags()).isEqualTo(0xc7);
    }

    @Test
    void r2t() {
        R2t pdu = new R2t();
        numbers(pdu);
        pdu.lun(LUN);
        pdu.initiatorTaskTag(1);
        pdu.targetTransferTag(2);
        pdu.r2tSn(3);
        pdu.bufferOffset(4);
        pdu.desiredDataTransferLength(5);
        assertHex(
                pdu,
                "31800000 00000000 01020304 05060708 00000001 00000002 00000a01 00000b02 00000c03"
                        + "00000003 00000004 00000005",
                0);
        R2t read = new R2t(pdu.copy());
        assertThat(read.targetTransferTag()).isEqualTo(2);
        assertThat(read.r2tSn()).isEqualTo(3);
        assertThat(read.bufferOffset()).isEqualTo(4);
        assertThat(read.desiredDataTransferLength()).isEqualTo(5);
    }

    @Test
    void asyncMessage() {
        AsyncMessage pdu = new AsyncMessage();
        numbers(pdu);
        pdu.initiatorTaskTag(0xffffffff);
        pdu.asyncEvent(1);
        pdu.asyncVendorCode(2);
        pdu.parameter1(3);
        pdu.parameter2(4);
        pdu.parameter3(5);
        assertHex(
                pdu,
                "32800000 00000000 00000000 00000000 ffffffff 00000000 00000a01 00000b02 00000c03"
                        + "01020003 00040005 00000000",
                0);
        AsyncMessage read = new AsyncMessage(pdu.copy());
        assertThat(read.asyncEvent()).isEqualTo(1);
        assertThat(read.asyncVendorCode()).isEqualTo(2);
        assertThat(read.parameter1()).isEqualTo(3);
        assertThat(read.parameter2()).isEqualTo(4);
        assertThat(read.parameter3()).isEqualTo(5);
    }

    @Test
    void logout() {
        LogoutRequest request = new LogoutRequest();
        request.reason(1);
        request.initiatorTaskTag(1);
        request.cid(0xfff1);
        request.cmdSn(2);
        request.expStatSn(3);
        assertHex(request, "06810000 00000000 00000000 00000000 00000001 fff10000 00000002 00000003", 16);
        assertThat(new LogoutRequest(request).reason()).isEqualTo(1);
        assertThat(new LogoutRequest(request).cid()).isEqualTo(0xfff1);

        LogoutResponse response = new LogoutResponse();
        numbers(response);
        response.response(3);
        response.initiatorTaskTag(1);
        response.time2Wait(2);
        response.time2Retain(20);
        assertHex(
                response,
                "26800300 00000000 00000000 00000000 00000001 00000000 00000a01 00000b02 00000c03"
                        + "00000000 00020014 00000000",
                0);
        assertThat(new LogoutResponse(response).response()).isEqualTo(3);
        assertThat(new LogoutResponse(response).time2Wait()).isEqualTo(2);
        assertThat(new LogoutResponse(response).time2Retain()).isEqualTo(20);
    }

    @Test
    void snackAndReject() {
        SnackRequest snack = new SnackRequest();
        snack.type(2);
        snack.lun(LUN);
        snack.initiatorTaskTag(1);
        snack.targetTransferTag(2);
        snack.expStatSn(3);
        snack.begRun(4);
        snack.runLength(5);
        assertHex(
                snack,
                "10820000 00000000 01020304 05060708 00000001 00000002 00000000 00000003 00000000 00000000"
                        + "00000004 00000005",
                0);
        SnackRequest read = new SnackRequest(snack.copy());
        assertThat(read.type()).isEqualTo(2);
        assertThat(read.targetTransferTag()).isEqualTo(2);
        assertThat(read.expStatSn()).isEqualTo(3);
        assertThat(read.begRun()).isEqualTo(4);
        assertThat(read.runLength()).isEqualTo(5);

        Reject reject = new Reject();
        numbers(reject);
        reject.reason(RejectReason.WAITING_FOR_LOGOUT.code());
        reject.initiatorTaskTag(0xffffffff);
        reject.dataSn(6);
        assertHex(
                reject, "3f800c00 00000000 00000000 00000000 ffffffff 00000000 00000a01 00000b02 00000c03 00000006", 8);
        assertThat(RejectReason.of(new Reject(reject).reason())).isEqualTo(RejectReason.WAITING_FOR_LOGOUT);
        assertThat(new Reject(reject).dataSn()).isEqualTo(6);
    }

    @Test
    void codesAreTakenOnce() {
        for (Opcode opcode : Opcode.values()) {
            assertThat(Opcode.of(opcode.code())).isEqualTo(opcode);
            assertThat(opcode.fromInitiator()).isEqualTo(opcode.code() < 0x20);
        }
        assertThat(Opcode.of(0x3e)).isNull();
        assertThat(RejectReason.of(0x01)).isNull();
        assertThat(LoginStatus.of(0x0209)).isEqualTo(LoginStatus.SESSION_TYPE_NOT_SUPPORTED);
        assertThat(LoginStatus.of(0x0400)).isNull();
    }

    @Test
    void serialNumbersWrap() {
        assertThat(SerialNumber.before(1, 2)).isTrue();
        assertThat(SerialNumber.before(2, 1)).isFalse();
        assertThat(SerialNumber.before(0xffffffff, 0)).isTrue();
        assertThat(SerialNumber.before(0, 0xffffffff)).isFalse();
        assertThat(SerialNumber.before(0x7fffffff, 0x80000000)).isTrue();
        assertThat(SerialNumber.before(5, 5)).isFalse();
        assertThat(SerialNumber.beforeOrEqual(5, 5)).isTrue();
        assertThat(SerialNumber.before(0, 0x80000000)).isFalse();
        assertThat(SerialNumber.before(0x80000000, 0)).isFalse();
    }

    private static void numbers(ResponseBhs pdu) {
        pdu.statSn(0xa01);
        pdu.expCmdSn(0xb02);
        pdu.maxCmdSn(0xc03);
    }

    private static void assertHex(Bhs bhs, String expected, int trailingZeroes) {
        assertThat(HexFormat.of().formatHex(bhs.array()))
                .isEqualTo(expected.replace(" ", "") + "00".repeat(trailingZeroes));
    }
}
