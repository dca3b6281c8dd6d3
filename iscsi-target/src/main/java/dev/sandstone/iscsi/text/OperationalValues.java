package dev.sandstone.iscsi.text;

import java.util.EnumMap;
import java.util.Map;

/**
 * The operational keys of one login with the value each has now, as numbers ({@link Rule#initial} says how). Starts with
 * the initial values; {@link Key#MAX_RECV_DATA_SEGMENT_LENGTH} is the initiator's declaration, the target's is apart.
 */
public final class OperationalValues {
    private final Map<Key, Long> values = new EnumMap<>(Key.class);
    private long targetMaxRecvDataSegmentLength =
            Key.MAX_RECV_DATA_SEGMENT_LENGTH.rule().initial();

    public long get(Key key) {
        Long value = values.get(key);
        return value == null ? key.rule().initial() : value;
    }

    /** Sets what was agreed or, for MaxRecvDataSegmentLength, what the initiator declared. */
    public void set(Key key, long value) {
        values.put(key, value);
    }

    /** Sets the MaxRecvDataSegmentLength that the target declared, in bytes. */
    public void targetMaxRecvDataSegmentLength(long bytes) {
        targetMaxRecvDataSegmentLength = bytes;
    }

    /** Takes over what a session agreed on in its leading login; what belongs to a connection stays. */
    void setSessionWide(OperationalParameters session) {
        set(Key.MAX_CONNECTIONS, session.maxConnections());
        set(Key.INITIAL_R2T, session.initialR2t() ? 1 : 0);
        set(Key.IMMEDIATE_DATA, session.immediateData() ? 1 : 0);
        set(Key.MAX_BURST_LENGTH, session.maxBurstLength());
        set(Key.FIRST_BURST_LENGTH, session.firstBurstLength());
        set(Key.DEFAULT_TIME2WAIT, session.defaultTime2Wait());
        set(Key.DEFAULT_TIME2RETAIN, session.defaultTime2Retain());
        set(Key.MAX_OUTSTANDING_R2T, session.maxOutstandingR2t());
        set(Key.DATA_PDU_IN_ORDER, session.dataPduInOrder() ? 1 : 0);
        set(Key.DATA_SEQUENCE_IN_ORDER, session.dataSequenceInOrder() ? 1 : 0);
        set(Key.ERROR_RECOVERY_LEVEL, session.errorRecoveryLevel());
    }

    /** A picture of the present values; FirstBurstLength never exceeds MaxBurstLength (RFC 7143 13.14). */
    public OperationalParameters parameters() {
        return new OperationalParameters(
                isSet(Key.HEADER_DIGEST),
                isSet(Key.DATA_DIGEST),
                number(Key.MAX_CONNECTIONS),
                isSet(Key.INITIAL_R2T),
                isSet(Key.IMMEDIATE_DATA),
                number(Key.MAX_RECV_DATA_SEGMENT_LENGTH),
                Math.toIntExact(targetMaxRecvDataSegmentLength),
                number(Key.MAX_BURST_LENGTH),
                Math.min(number(Key.FIRST_BURST_LENGTH), number(Key.MAX_BURST_LENGTH)),
                number(Key.DEFAULT_TIME2WAIT),
                number(Key.DEFAULT_TIME2RETAIN),
                number(Key.MAX_OUTSTANDING_R2T),
                isSet(Key.DATA_PDU_IN_ORDER),
                isSet(Key.DATA_SEQUENCE_IN_ORDER),
                number(Key.ERROR_RECOVERY_LEVEL));
    }

    private int number(Key key) {
        return Math.toIntExact(get(key));
    }

    private boolean isSet(Key key) {
        return get(key) != 0;
    }
}
