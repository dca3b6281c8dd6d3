package dev.sandstone.iscsi.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OperationalNegotiationTest {
    private static final OperationalOffer OFFER =
            new OperationalOffer(65536, 1048576, 131072, false, true, 16, 2, true, true);

    private final OperationalNegotiation negotiation = new OperationalNegotiation(OFFER);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HeaderDigest        | None,CRC32C | None",
                "HeaderDigest        | CRC32C,None | CRC32C",
                "HeaderDigest        | CRC16,CRC32C | CRC32C",
                "HeaderDigest        | CRC16 | Reject",
                "DataDigest          | CRC32C | CRC32C",
                "DataDigest          | '' | Reject",
                "MaxConnections      | 8 | 1",
                "MaxConnections      | 0 | Reject",
                "MaxConnections      | 65536 | Reject",
                "InitialR2T          | No | No",
                "InitialR2T          | Yes | Yes",
                "InitialR2T          | Maybe | Reject",
                "ImmediateData       | Yes | Yes",
                "ImmediateData       | No | No",
                "MaxBurstLength      | 16776192 | 1048576",
                "MaxBurstLength      | 512 | 512",
                "MaxBurstLength      | 511 | Reject",
                "MaxBurstLength      | 16777216 | Reject",
                "MaxBurstLength      | 0x1000 | 4096",
                "FirstBurstLength    | 262144 | 131072",
                "FirstBurstLength    | 65536 | 65536",
                "DefaultTime2Wait    | 0 | 2",
                "DefaultTime2Wait    | 10 | 10",
                "DefaultTime2Wait    | 3601 | Reject",
                "DefaultTime2Retain  | 20 | 0",
                "MaxOutstandingR2T   | 1 | 1",
                "MaxOutstandingR2T   | 64 | 16",
                "DataPDUInOrder      | No | Yes",
                "DataSequenceInOrder | No | Yes",
                "ErrorRecoveryLevel  | 2 | 0",
                "ErrorRecoveryLevel  | 3 | Reject",
                "iSCSIProtocolLevel  | 2 | 1",
                "iSCSIProtocolLevel  | 0 | 0",
                "iSCSIProtocolLevel  | 32 | Reject",
                "TaskReporting       | FastAbort,ResponseFence,RFC3720 | RFC3720",
                "TaskReporting       | FastAbort | Reject",
                "OFMarker            | Yes | No",
                "IFMarker            | No | No",
                "OFMarkInt           | 1~65535 | Reject",
                "IFMarkInt           | 2048 | Reject",
            })
    void answers(String name, String offered, String expected) throws TextException {
        Key key = Objects.requireNonNull(Key.of(name));
        assertThat(negotiation.take(key, offered)).hasValue(new TextPair(name, expected));
    }

    @Test
    void aRejectedKeyKeepsItsInitialValue() throws TextException {
        negotiation.take(Key.MAX_BURST_LENGTH, "1");
        negotiation.take(Key.INITIAL_R2T, "what");
        negotiation.take(Key.HEADER_DIGEST, "SHA");
        assertThat(negotiation.parameters()).isEqualTo(OperationalParameters.initial());
    }

    @Test
    void theInitialValuesAreThoseOfTheStandard() {
        assertThat(OperationalParameters.initial())
                .isEqualTo(new OperationalParameters(
                        false, false, 1, true, true, 8192, 8192, 262144, 65536, 2, 20, 1, true, true, 0));
    }

    @Test
    void theOutcomeIsWhatWasAnswered() throws TextException {
        negotiation.take(Key.HEADER_DIGEST, "CRC32C");
        negotiation.take(Key.DATA_DIGEST, "CRC32C,None");
        negotiation.take(Key.INITIAL_R2T, "No");
        negotiation.take(Key.IMMEDIATE_DATA, "No");
        negotiation.take(Key.MAX_BURST_LENGTH, "524288");
        negotiation.take(Key.FIRST_BURST_LENGTH, "100000");
        negotiation.take(Key.MAX_OUTSTANDING_R2T, "4");
        negotiation.take(Key.DEFAULT_TIME2WAIT, "5");
        negotiation.take(Key.DEFAULT_TIME2RETAIN, "20");
        assertThat(negotiation.take(Key.MAX_RECV_DATA_SEGMENT_LENGTH, "0x40000"))
                .isEmpty();
        assertThat(negotiation.declare()).isEqualTo(new TextPair("MaxRecvDataSegmentLength", "65536"));
        assertThat(negotiation.parameters())
                .isEqualTo(new OperationalParameters(
                        true, true, 1, false, false, 262144, 65536, 524288, 100000, 5, 0, 4, true, true, 0));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void firstBurstNeverExceedsMaxBurst(boolean maxFirst) throws TextException {
        if (maxFirst) {
            negotiation.take(Key.MAX_BURST_LENGTH, "4096");
            assertThat(negotiation.take(Key.FIRST_BURST_LENGTH, "8192")).hasValue(Key.FIRST_BURST_LENGTH.with(4096));
        } else {
            assertThat(negotiation.take(Key.FIRST_BURST_LENGTH, "8192")).hasValue(Key.FIRST_BURST_LENGTH.with(8192));
            negotiation.take(Key.MAX_BURST_LENGTH, "4096");
        }
        assertThat(negotiation.parameters().firstBurstLength()).isEqualTo(4096);
        assertThat(negotiation.parameters().maxBurstLength()).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource({"511", "16777216", "many", "''", "-1"})
    void aWrongDeclarationIsAnError(String value) {
        assertThatThrownBy(() -> negotiation.take(Key.MAX_RECV_DATA_SEGMENT_LENGTH, value))
                .isInstanceOf(TextException.class);
    }

    @ParameterizedTest
    @EnumSource(Key.class)
    void irrelevantInDiscovery(Key key) throws TextException {
        if (!key.rule().isNegotiated()) {
            return;
        }
        negotiation.discovery();
        boolean irrelevant = negotiation.take(key, "Yes").equals(Optional.of(key.with("Irrelevant")));
        assertThat(irrelevant).isEqualTo(key.irrelevantInDiscovery());
        assertThat(negotiation.parameters()).isEqualTo(OperationalParameters.initial());
    }

    @Test
    void aJoiningConnectionKeepsWhatTheSessionAgreedOn() throws TextException {
        negotiation.take(Key.MAX_BURST_LENGTH, "524288");
        negotiation.take(Key.INITIAL_R2T, "No");
        OperationalNegotiation second = new OperationalNegotiation(OFFER);
        second.join(negotiation.parameters());
        assertThatThrownBy(() -> second.take(Key.MAX_BURST_LENGTH, "1024")).isInstanceOf(TextException.class);
        assertThat(second.take(Key.HEADER_DIGEST, "CRC32C")).hasValue(Key.HEADER_DIGEST.with("CRC32C"));
        assertThat(second.parameters().maxBurstLength()).isEqualTo(524288);
        assertThat(second.parameters().initialR2t()).isFalse();
        assertThat(second.parameters().headerDigest()).isTrue();
    }

    @Test
    void digestsCanBeSwitchedOff() throws TextException {
        OperationalNegotiation plain =
                new OperationalNegotiation(new OperationalOffer(8192, 65536, 65536, true, false, 1, 2, false, false));
        assertThat(plain.take(Key.HEADER_DIGEST, "CRC32C,None")).hasValue(Key.HEADER_DIGEST.with("None"));
        assertThat(plain.take(Key.DATA_DIGEST, "CRC32C")).hasValue(Key.DATA_DIGEST.with("Reject"));
        assertThat(plain.take(Key.INITIAL_R2T, "No")).hasValue(Key.INITIAL_R2T.with("Yes"));
        assertThat(plain.take(Key.IMMEDIATE_DATA, "Yes")).hasValue(Key.IMMEDIATE_DATA.with("No"));
    }
}
