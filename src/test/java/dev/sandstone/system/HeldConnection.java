package dev.sandstone.system;

import dev.sandstone.initiator.IscsiConnection;
import dev.sandstone.initiator.ReceivedPdu;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import dev.sandstone.iscsi.pdu.TaskManagementResponse;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.TextFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assertions;

/** A session PDU by PDU: its commands stay in the array for as long as the test keeps their data back. */
final class HeldConnection implements AutoCloseable {
    private static final AtomicLong ISID = new AtomicLong(0x00023D_001000L);
    private static final int TIMEOUT_MS = 30_000;
    private static final int OPERATIONAL = 1;
    private static final int FULL_FEATURE = 3;

    private final IscsiConnection wire;
    private final Map<Integer, ScsiRequest> requests = new HashMap<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final List<ReceivedPdu> received = new ArrayList<>();
    private int cmdSn = 1;
    private int expStatSn;
    private int lastTag;

    private HeldConnection(IscsiConnection wire) {
        this.wire = wire;
    }

    /** A session that may send immediate data and nothing else unasked; what waits on its nexus is taken. */
    static HeldConnection login(San san, int path, String name, String target, int lun) throws IOException {
        HeldConnection held = new HeldConnection(IscsiConnection.open(EsxiHost.portal(san, path), TIMEOUT_MS));
        held.wire.receiveTimeoutMs(TIMEOUT_MS);
        LoginRequest request = new LoginRequest();
        request.immediate(true);
        request.transit(true);
        request.currentStage(OPERATIONAL);
        request.nextStage(FULL_FEATURE);
        request.isid(ISID.incrementAndGet());
        request.cmdSn(held.cmdSn);
        held.wire.send(
                request,
                TextFormat.format(List.of(
                        Key.INITIATOR_NAME.with(name),
                        Key.TARGET_NAME.with(target),
                        Key.SESSION_TYPE.with("Normal"),
                        Key.INITIAL_R2T.with("Yes"),
                        Key.IMMEDIATE_DATA.with("Yes"))));
        LoginResponse response = new LoginResponse(held.wire.receive().bhs());
        Assertions.assertEquals(0, response.status(), "login");
        held.expStatSn = response.statSn() + 1;
        int ready = held.send(ScsiRequest.of(lun, new byte[6]), 0);
        held.status(ready);
        return held;
    }

    /** Sends a command with so much of its Data-Out as immediate data; answers its tag. */
    int send(ScsiRequest request, int immediateBytes) throws IOException {
        ScsiCommand command = new ScsiCommand();
        command.isFinal(true);
        command.write(request.dataOut().length > 0);
        command.attribute(request.attribute());
        command.lun(request.lun());
        command.initiatorTaskTag(++lastTag);
        command.expectedDataTransferLength(request.dataOut().length);
        command.cmdSn(cmdSn);
        command.expStatSn(expStatSn);
        command.cdb(request.cdb());
        requests.put(lastTag, request);
        numbers.put(lastTag, cmdSn++);
        wire.send(command, Arrays.copyOf(request.dataOut(), immediateBytes));
        return lastTag;
    }

    private ScsiRequest request(int tag) {
        return Objects.requireNonNull(requests.get(tag));
    }

    /** Waits until the array asks for data of that command: so it is in the unit's task set. */
    R2t asked(int tag) throws IOException {
        return new R2t(next(Opcode.R2T, tag).bhs());
    }

    /** Sends what was asked for. */
    void give(int tag, R2t asked) throws IOException {
        DataOut data = new DataOut();
        data.isFinal(true);
        data.lun(request(tag).lun());
        data.initiatorTaskTag(tag);
        data.targetTransferTag(asked.targetTransferTag());
        data.expStatSn(expStatSn);
        data.bufferOffset(asked.bufferOffset());
        int end = asked.bufferOffset() + asked.desiredDataTransferLength();
        wire.send(data, Arrays.copyOfRange(request(tag).dataOut(), asked.bufferOffset(), end));
    }

    /** Waits for the command's status. */
    int status(int tag) throws IOException {
        return new ScsiResponse(next(Opcode.SCSI_RESPONSE, tag).bhs()).status();
    }

    /** ABORT TASK; answers the response code (RFC 7143 11.6.1). */
    int abort(int tag) throws IOException {
        TaskManagementRequest request = new TaskManagementRequest();
        request.immediate(true);
        request.function(EsxiHost.ABORT_TASK);
        request.lun(request(tag).lun());
        request.initiatorTaskTag(++lastTag);
        request.referencedTaskTag(tag);
        request.refCmdSn(Objects.requireNonNull(numbers.get(tag)));
        request.cmdSn(cmdSn);
        request.expStatSn(expStatSn);
        wire.send(request, new byte[0]);
        return new TaskManagementResponse(
                        next(Opcode.TASK_MANAGEMENT_RESPONSE, lastTag).bhs())
                .response();
    }

    private ReceivedPdu next(Opcode opcode, int tag) throws IOException {
        while (true) {
            for (Iterator<ReceivedPdu> each = received.iterator(); each.hasNext(); ) {
                ReceivedPdu pdu = each.next();
                if (pdu.bhs().opcode() == opcode && pdu.bhs().initiatorTaskTag() == tag) {
                    each.remove();
                    return pdu;
                }
            }
            ReceivedPdu pdu = wire.receive();
            if (pdu.bhs().opcode() == Opcode.SCSI_RESPONSE || pdu.bhs().opcode() == Opcode.TASK_MANAGEMENT_RESPONSE) {
                expStatSn++;
            }
            received.add(pdu);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
