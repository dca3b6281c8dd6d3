package dev.sandstone.iscsi.text;

import static dev.sandstone.iscsi.text.Rule.Kind;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every key of RFC 7143 13 and 12.1, RFC 7144 and the obsolete ones of RFC 3720: when it may be sent, by whom, and the
 * rule of its outcome with range and initial value. A key that is not here is answered NotUnderstood.
 */
public enum Key {
    // Security negotiation.
    AUTH_METHOD("AuthMethod", Use.SECURITY, Sender.BOTH, Rule.of(Kind.PROTOCOL), false),
    CHAP_A("CHAP_A", Use.SECURITY, Sender.BOTH, Rule.of(Kind.PROTOCOL), false),
    CHAP_I("CHAP_I", Use.SECURITY, Sender.BOTH, Rule.of(Kind.PROTOCOL), false),
    CHAP_C("CHAP_C", Use.SECURITY, Sender.BOTH, Rule.of(Kind.PROTOCOL), false),
    CHAP_N("CHAP_N", Use.SECURITY, Sender.BOTH, Rule.of(Kind.PROTOCOL), false),
    CHAP_R("CHAP_R", Use.SECURITY, Sender.BOTH, Rule.of(Kind.PROTOCOL), false),

    // Declarations, in any stage of the login.
    INITIATOR_NAME("InitiatorName", Use.LOGIN, Sender.INITIATOR, Rule.of(Kind.TEXT), false),
    INITIATOR_ALIAS("InitiatorAlias", Use.ANY, Sender.INITIATOR, Rule.of(Kind.TEXT), false),
    SESSION_TYPE("SessionType", Use.LOGIN, Sender.INITIATOR, Rule.of(Kind.TEXT), false),
    TARGET_NAME("TargetName", Use.LOGIN, Sender.BOTH, Rule.of(Kind.TEXT), false),
    TARGET_ALIAS("TargetAlias", Use.ANY, Sender.TARGET, Rule.of(Kind.TEXT), false),
    TARGET_ADDRESS("TargetAddress", Use.ANY, Sender.TARGET, Rule.of(Kind.TEXT), false),
    TARGET_PORTAL_GROUP_TAG("TargetPortalGroupTag", Use.LOGIN, Sender.TARGET, Rule.of(Kind.TEXT), false),
    NODE_ARCHITECTURE("NodeArchitecture", Use.LOGIN, Sender.BOTH, Rule.of(Kind.TEXT), false),
    MAX_RECV_DATA_SEGMENT_LENGTH(
            "MaxRecvDataSegmentLength",
            Use.ANY,
            Sender.BOTH,
            Rule.number(Kind.DECLARED_NUMBER, 512, (1 << 24) - 1, 8192),
            false),

    // Operational negotiation.
    HEADER_DIGEST("HeaderDigest", Use.OPERATIONAL, Sender.BOTH, Rule.choice("None", "CRC32C"), false),
    DATA_DIGEST("DataDigest", Use.OPERATIONAL, Sender.BOTH, Rule.choice("None", "CRC32C"), false),
    MAX_CONNECTIONS("MaxConnections", Use.OPERATIONAL, Sender.BOTH, Rule.number(Kind.MINIMUM, 1, 65535, 1), true),
    INITIAL_R2T("InitialR2T", Use.OPERATIONAL, Sender.BOTH, Rule.bool(Kind.OR, true), true),
    IMMEDIATE_DATA("ImmediateData", Use.OPERATIONAL, Sender.BOTH, Rule.bool(Kind.AND, true), true),
    MAX_BURST_LENGTH(
            "MaxBurstLength",
            Use.OPERATIONAL,
            Sender.BOTH,
            Rule.number(Kind.MINIMUM, 512, (1 << 24) - 1, 262144),
            true),
    FIRST_BURST_LENGTH(
            "FirstBurstLength",
            Use.OPERATIONAL,
            Sender.BOTH,
            Rule.number(Kind.MINIMUM, 512, (1 << 24) - 1, 65536),
            true),
    DEFAULT_TIME2WAIT("DefaultTime2Wait", Use.OPERATIONAL, Sender.BOTH, Rule.number(Kind.MAXIMUM, 0, 3600, 2), false),
    DEFAULT_TIME2RETAIN(
            "DefaultTime2Retain", Use.OPERATIONAL, Sender.BOTH, Rule.number(Kind.MINIMUM, 0, 3600, 20), false),
    MAX_OUTSTANDING_R2T(
            "MaxOutstandingR2T", Use.OPERATIONAL, Sender.BOTH, Rule.number(Kind.MINIMUM, 1, 65535, 1), true),
    DATA_PDU_IN_ORDER("DataPDUInOrder", Use.OPERATIONAL, Sender.BOTH, Rule.bool(Kind.OR, true), true),
    DATA_SEQUENCE_IN_ORDER("DataSequenceInOrder", Use.OPERATIONAL, Sender.BOTH, Rule.bool(Kind.OR, true), true),
    ERROR_RECOVERY_LEVEL("ErrorRecoveryLevel", Use.OPERATIONAL, Sender.BOTH, Rule.number(Kind.MINIMUM, 0, 2, 0), false),
    PROTOCOL_LEVEL("iSCSIProtocolLevel", Use.OPERATIONAL, Sender.BOTH, Rule.number(Kind.MINIMUM, 0, 31, 1), true),
    TASK_REPORTING(
            "TaskReporting", Use.OPERATIONAL, Sender.BOTH, Rule.choice("RFC3720", "ResponseFence", "FastAbort"), true),
    IF_MARKER("IFMarker", Use.OPERATIONAL, Sender.BOTH, Rule.of(Kind.ALWAYS_NO), false),
    OF_MARKER("OFMarker", Use.OPERATIONAL, Sender.BOTH, Rule.of(Kind.ALWAYS_NO), false),
    IF_MARK_INT("IFMarkInt", Use.OPERATIONAL, Sender.BOTH, Rule.of(Kind.ALWAYS_REJECT), false),
    OF_MARK_INT("OFMarkInt", Use.OPERATIONAL, Sender.BOTH, Rule.of(Kind.ALWAYS_REJECT), false),

    // Full feature phase.
    SEND_TARGETS("SendTargets", Use.FULL_FEATURE, Sender.INITIATOR, Rule.of(Kind.PROTOCOL), false);

    /** The phase in which a key may be sent. */
    public enum Use {
        /** Security negotiation only. */
        SECURITY,
        /** Operational negotiation only. */
        OPERATIONAL,
        /** Any stage of the login. */
        LOGIN,
        /** Any stage of the login, and the full feature phase. */
        ANY,
        /** Full feature phase only. */
        FULL_FEATURE
    }

    /** The side that may send a key first. */
    public enum Sender {
        INITIATOR,
        TARGET,
        BOTH
    }

    private static final Map<String, Key> BY_NAME = new HashMap<>();

    static {
        for (Key key : values()) {
            BY_NAME.put(key.text, key);
        }
    }

    private final String text;
    private final Use use;
    private final Sender sender;
    // A record of numbers and an unmodifiable list.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Rule rule;

    private final boolean irrelevantInDiscovery;

    Key(String text, Use use, Sender sender, Rule rule, boolean irrelevantInDiscovery) {
        this.text = text;
        this.use = use;
        this.sender = sender;
        this.rule = rule;
        this.irrelevantInDiscovery = irrelevantInDiscovery;
    }

    /** The standard key of that name (case matters), or null. */
    public static @Nullable Key of(String name) {
        return BY_NAME.get(name);
    }

    /** The name on the wire. */
    public String text() {
        return text;
    }

    public Use use() {
        return use;
    }

    public Sender sender() {
        return sender;
    }

    public Rule rule() {
        return rule;
    }

    /** Whether the answer in a discovery session is Irrelevant. */
    public boolean irrelevantInDiscovery() {
        return irrelevantInDiscovery;
    }

    /** Whether the outcome is that of the session, agreed on by its leading login only (RFC 7143 13, use LO). */
    public boolean sessionWide() {
        return use == Use.OPERATIONAL
                && this != HEADER_DIGEST
                && this != DATA_DIGEST
                && rule.kind() != Kind.ALWAYS_NO
                && rule.kind() != Kind.ALWAYS_REJECT;
    }

    /** Longest value in bytes. */
    public int maxValueBytes() {
        boolean isLong = rule.kind() == Kind.CHOICE
                || this == AUTH_METHOD
                || this == CHAP_A
                || this == CHAP_C
                || this == CHAP_R
                || this == NODE_ARCHITECTURE;
        return isLong ? TextFormat.MAX_LONG_VALUE_BYTES : TextFormat.MAX_VALUE_BYTES;
    }

    public TextPair with(String value) {
        return new TextPair(text, value);
    }

    public TextPair with(long value) {
        return new TextPair(text, Long.toString(value));
    }
}
