package dev.sandstone.iscsi.login;

import static dev.sandstone.iscsi.login.LoginBench.CONTINUES;
import static dev.sandstone.iscsi.login.LoginBench.DISCOVERY;
import static dev.sandstone.iscsi.login.LoginBench.NAMES;
import static dev.sandstone.iscsi.login.LoginBench.OPERATIONAL_STAY;
import static dev.sandstone.iscsi.login.LoginBench.OPERATIONAL_TO_FULL;
import static dev.sandstone.iscsi.login.LoginBench.SECURITY_STAY;
import static dev.sandstone.iscsi.login.LoginBench.SECURITY_TO_FULL;
import static dev.sandstone.iscsi.login.LoginBench.SECURITY_TO_OPERATIONAL;
import static dev.sandstone.iscsi.login.LoginBench.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.OperationalParameters;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginMachineTest {
    private final LoginBench bench = new LoginBench();

    @Test
    void securityThenOperationalThenFullFeature() {
        LoginReply first = bench.send(SECURITY_TO_OPERATIONAL, NAMES + "AuthMethod=CHAP,None\0");
        assertThat(first.refused()).isFalse();
        assertThat(keys(first))
                .containsEntry("AuthMethod", "None")
                .containsEntry("TargetPortalGroupTag", "1")
                .containsEntry("TargetAlias", "the volume")
                .hasSize(3);
        assertThat(first.header().flags()).isEqualTo(0x81);
        assertThat(first.header().statSn()).isEqualTo(1);
        assertThat(first.header().expCmdSn()).isEqualTo(100);
        assertThat(first.header().maxCmdSn()).isEqualTo(163);
        assertThat(first.header().tsih()).isZero();
        assertThat(first.outcome()).isEmpty();

        LoginReply last = bench.send(
                OPERATIONAL_TO_FULL,
                "HeaderDigest=None,CRC32C\0MaxRecvDataSegmentLength=262144\0InitialR2T=No\0X-vendor=1\0");
        assertThat(keys(last))
                .containsEntry("HeaderDigest", "None")
                .containsEntry("InitialR2T", "No")
                .containsEntry("X-vendor", "NotUnderstood")
                .containsEntry("MaxRecvDataSegmentLength", "262144")
                .hasSize(4);
        assertThat(last.header().flags()).isEqualTo(0x87);
        assertThat(last.header().statSn()).isEqualTo(2);
        assertThat(last.header().tsih()).isEqualTo(LoginBench.NEW_TSIH);
        assertThat(last.header().isid()).isEqualTo(0x00023d000001L);
        assertThat(last.header().initiatorTaskTag()).isEqualTo(0x10);
        LoginOutcome outcome = last.outcome().orElseThrow();
        assertThat(outcome.identity())
                .isEqualTo(
                        new LoginIdentity(LoginBench.INITIATOR, 0x00023d000001L, 0, 1, Optional.of(LoginBench.TARGET)));
        assertThat(outcome.identity().initiatorPort()).isEqualTo(LoginBench.INITIATOR + ",i,0x00023d000001");
        assertThat(outcome.device()).hasValue(LoginBench.DEVICE);
        assertThat(outcome.nextStatSn()).isEqualTo(3);
        assertThat(outcome.cmdSn()).isEqualTo(100);
        assertThat(outcome.tsih()).isEqualTo(LoginBench.NEW_TSIH);
        assertThat(outcome.chapName()).isEmpty();
        assertThat(outcome.parameters().initialR2t()).isFalse();
        assertThat(outcome.parameters().initiatorMaxRecvDataSegmentLength()).isEqualTo(262144);
        assertThat(bench.admitted).containsExactly(outcome.identity());
        assertThatThrownBy(() -> bench.send(OPERATIONAL_TO_FULL, "")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void operationalAtOnce() {
        LoginReply reply = bench.send(OPERATIONAL_TO_FULL, NAMES);
        assertThat(reply.outcome()).isPresent();
        assertThat(keys(reply)).containsKeys("TargetPortalGroupTag", "MaxRecvDataSegmentLength");
    }

    @Test
    void fullFeatureStraightFromSecurityKeepsTheInitialValues() {
        LoginReply reply = bench.send(SECURITY_TO_FULL, NAMES);
        assertThat(reply.outcome().orElseThrow().parameters()).isEqualTo(OperationalParameters.initial());
        assertThat(keys(reply)).doesNotContainKey("MaxRecvDataSegmentLength");
    }

    @Test
    void severalRoundsInAStage() {
        assertThat(bench.send(SECURITY_STAY, NAMES).header().flags()).isZero();
        assertThat(bench.send(SECURITY_TO_OPERATIONAL, "").header().flags()).isEqualTo(0x81);
        assertThat(keys(bench.send(OPERATIONAL_STAY, "DefaultTime2Retain=9\0ErrorRecoveryLevel=2\0")))
                .containsEntry("ErrorRecoveryLevel", "2")
                .containsEntry("DefaultTime2Retain", "9")
                .containsKey("MaxRecvDataSegmentLength");
        LoginReply last = bench.send(OPERATIONAL_TO_FULL, "MaxConnections=4\0");
        assertThat(keys(last)).containsExactly(Map.entry("MaxConnections", "4"));
        assertThat(last.outcome()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"true, 258", "false, 257"})
    void aRedirectNamesTheOtherPortal(boolean permanent, int status) {
        bench.redirect = Optional.of(new Redirect("192.0.2.7:3261,1", permanent));
        LoginReply reply = bench.send(OPERATIONAL_TO_FULL, NAMES);
        assertThat(reply.refused()).isTrue();
        assertThat(reply.header().status()).isEqualTo(status);
        assertThat(reply.header().transit()).isFalse();
        assertThat(keys(reply)).containsExactly(Map.entry("TargetAddress", "192.0.2.7:3261,1"));
        assertThat(reply.outcome()).isEmpty();
    }

    @Test
    void discoveryIsNeverRedirected() {
        bench.redirect = Optional.of(new Redirect("192.0.2.7", false));
        assertThat(bench.send(OPERATIONAL_TO_FULL, DISCOVERY).outcome()).isPresent();
    }

    @Test
    void discovery() {
        LoginReply reply = bench.send(OPERATIONAL_TO_FULL, DISCOVERY + "MaxBurstLength=4096\0HeaderDigest=CRC32C\0");
        assertThat(keys(reply))
                .containsEntry("MaxBurstLength", "Irrelevant")
                .containsEntry("HeaderDigest", "CRC32C")
                .doesNotContainKey("TargetPortalGroupTag");
        LoginOutcome outcome = reply.outcome().orElseThrow();
        assertThat(outcome.identity().discovery()).isTrue();
        assertThat(outcome.device()).isEmpty();
        assertThat(outcome.parameters().headerDigest()).isTrue();
    }

    @Test
    void namesAreNormalised() {
        LoginReply reply = bench.send(
                OPERATIONAL_TO_FULL,
                "InitiatorName=IQN.2026-11.org.Example:HOST\0TargetName=iqn.2026-11.DEV.sandstone:VOL\0");
        assertThat(reply.outcome().orElseThrow().identity().initiatorName()).isEqualTo(LoginBench.INITIATOR);
    }

    @Test
    void textMayGoOnOverSeveralRequests() {
        String text = NAMES + "AuthMethod=None\0";
        LoginReply part = bench.send(SECURITY_STAY | CONTINUES, text.substring(0, 30));
        assertThat(part.text()).isEmpty();
        assertThat(part.header().flags()).isZero();
        assertThat(part.header().statSn()).isEqualTo(1);
        LoginReply whole = bench.send(SECURITY_TO_OPERATIONAL, text.substring(30));
        assertThat(keys(whole)).containsEntry("AuthMethod", "None");
        assertThat(whole.header().flags()).isEqualTo(0x81);
    }

    @Test
    void endlessContinuationIsRefused() {
        for (int i = 0; i < 8; i++) {
            assertThat(bench.send(SECURITY_STAY | CONTINUES, "").refused()).isFalse();
        }
        assertRefused(bench.send(SECURITY_STAY | CONTINUES, ""), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void endlessLoginIsRefused() {
        bench.send(SECURITY_STAY, NAMES);
        for (int i = 1; i < LoginMachine.MAX_REQUESTS; i++) {
            assertThat(bench.send(SECURITY_STAY, "").refused()).isFalse();
        }
        assertRefused(bench.send(SECURITY_STAY, ""), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void theLongestAnswerFitsInOnePdu() {
        StringBuilder text = new StringBuilder(NAMES);
        for (int i = 0; i < 62; i++) {
            text.append("K".repeat(61)).append(i / 10).append(i % 10).append("=1\0");
        }
        LoginReply reply = bench.send(OPERATIONAL_STAY, text.toString());
        assertThat(reply.refused()).isFalse();
        assertThat(new String(reply.text(), StandardCharsets.UTF_8).split("\0")).hasSize(65);
        assertThat(reply.text().length).isBetween(4800, 8192);
    }

    @ParameterizedTest
    @CsvSource({
        "InitiatorName, MISSING_PARAMETER",
        "TargetName, MISSING_PARAMETER",
    })
    void missingNames(String key, LoginStatus status) {
        String text = key.equals("InitiatorName")
                ? "TargetName=" + LoginBench.TARGET
                : "InitiatorName=" + LoginBench.INITIATOR;
        assertRefused(bench.send(SECURITY_STAY, text + "\0"), status);
    }

    @Test
    void wrongNamesTypesAndTargets() {
        assertRefused(bench.send(SECURITY_STAY, NAMES.replace("iqn.2026-11.org", "host")), LoginStatus.INITIATOR_ERROR);
        assertRefused(
                bench.reconnect().send(SECURITY_STAY, NAMES + "SessionType=Special\0"),
                LoginStatus.SESSION_TYPE_NOT_SUPPORTED);
        assertRefused(bench.reconnect().send(SECURITY_STAY, NAMES.replace(":vol", ":none")), LoginStatus.NOT_FOUND);
        bench.admission = new Admission(false, Optional.empty(), Optional.empty());
        assertRefused(bench.reconnect().send(SECURITY_STAY, NAMES), LoginStatus.AUTHORIZATION_FAILURE);
        assertRefused(bench.reconnect().send(OPERATIONAL_TO_FULL, NAMES), LoginStatus.AUTHORIZATION_FAILURE);
        assertRefused(bench.reconnect().send(SECURITY_TO_FULL, DISCOVERY), LoginStatus.AUTHORIZATION_FAILURE);
        assertThat(bench.admitted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "InitiatorName=iqn.2026-11.org.example:host\0",
                "TargetPortalGroupTag=1\0",
                "TargetAddress=127.0.0.1\0",
                "TargetAlias=x\0",
                "SendTargets=All\0",
                "MaxBurstLength=4096\0",
                "CHAP_A=7\0",
                "AuthMethod=None\0CHAP_N=x\0",
                "X-a=1\0X-a=1\0",
                "MaxRecvDataSegmentLength=511\0",
                "nonsense\0",
                "AuthMethod=None",
            })
    void keysThatMayNotComeInSecurity(String text) {
        assertRefused(bench.send(SECURITY_STAY, NAMES + text), LoginStatus.INITIATOR_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AuthMethod=None\0", "CHAP_R=0x00\0", "SendTargets=\0", "InitialR2T=No\0InitialR2T=No\0"})
    void keysThatMayNotComeInOperational(String text) {
        assertRefused(bench.send(OPERATIONAL_STAY, NAMES + text), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void aKeyMayNotComeTwiceInOneLogin() {
        bench.send(OPERATIONAL_STAY, NAMES + "MaxBurstLength=4096\0");
        assertRefused(bench.send(OPERATIONAL_STAY, "MaxBurstLength=4096\0"), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void declarationsAreFineInAnyStage() {
        bench.send(SECURITY_TO_OPERATIONAL, NAMES + "MaxRecvDataSegmentLength=65536\0InitiatorAlias=me\0");
        LoginOutcome outcome = bench.send(OPERATIONAL_TO_FULL, "").outcome().orElseThrow();
        assertThat(outcome.parameters().initiatorMaxRecvDataSegmentLength()).isEqualTo(65536);
        assertThat(outcome.initiatorAlias()).hasValue("me");
    }

    @Test
    void onlyVersionZero() {
        bench.request.versionMin(1);
        bench.request.versionMax(1);
        LoginReply reply = bench.send(SECURITY_STAY, NAMES);
        assertRefused(reply, LoginStatus.UNSUPPORTED_VERSION);
        assertThat(reply.header().versionMax()).isZero();
        assertThat(reply.header().versionActive()).isZero();
        bench.request.versionMin(0);
        assertThat(bench.reconnect().send(SECURITY_STAY, NAMES).refused()).isFalse();
    }

    @Test
    void everyRequestIsImmediate() {
        bench.request.immediate(false);
        assertRefused(bench.send(SECURITY_STAY, NAMES), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void whatMustStayTheSame() {
        assertChangeRefused(r -> r.isid(5));
        assertChangeRefused(r -> r.tsih(5));
        assertChangeRefused(r -> r.cid(5));
        assertChangeRefused(r -> r.cmdSn(5));
        assertChangeRefused(r -> r.initiatorTaskTag(5));
        assertChangeRefused(r -> r.versionMax(5));
    }

    private static void assertChangeRefused(Consumer<LoginRequest> change) {
        LoginBench changed = new LoginBench();
        changed.send(SECURITY_STAY, NAMES);
        change.accept(changed.request);
        assertRefused(changed.send(SECURITY_STAY, ""), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void stagesInTheWrongOrder() {
        bench.send(SECURITY_TO_OPERATIONAL, NAMES);
        LoginReply back = bench.send(SECURITY_STAY, "");
        assertRefused(back, LoginStatus.INITIATOR_ERROR);
        assertThat(back.header().statSn()).isEqualTo(2);
        assertRefused(bench.reconnect().send(0x0c, NAMES), LoginStatus.INITIATOR_ERROR);
        assertRefused(bench.reconnect().send(SECURITY_TO_FULL | CONTINUES, NAMES), LoginStatus.INITIATOR_ERROR);
    }

    @Test
    void aConnectionJoinsItsSession() {
        bench.request.tsih(9);
        bench.sessionParameters =
                new OperationalParameters(true, true, 1, false, false, 1, 1, 8192, 4096, 2, 0, 3, true, true, 0);
        LoginReply reply = bench.send(OPERATIONAL_TO_FULL, NAMES);
        LoginOutcome outcome = reply.outcome().orElseThrow();
        assertThat(outcome.tsih()).isEqualTo(9);
        assertThat(reply.header().tsih()).isEqualTo(9);
        assertThat(outcome.parameters().maxBurstLength()).isEqualTo(8192);
        assertThat(outcome.parameters().headerDigest()).as("its own").isFalse();

        assertRefused(
                bench.reconnect().send(OPERATIONAL_TO_FULL, NAMES + "MaxBurstLength=512\0"),
                LoginStatus.INITIATOR_ERROR);
        bench.joinFailure = LoginStatus.SESSION_DOES_NOT_EXIST;
        assertRefused(bench.reconnect().send(OPERATIONAL_TO_FULL, NAMES), LoginStatus.SESSION_DOES_NOT_EXIST);
        bench.joinFailure = LoginStatus.TOO_MANY_CONNECTIONS;
        assertRefused(bench.reconnect().send(SECURITY_TO_OPERATIONAL, NAMES), LoginStatus.TOO_MANY_CONNECTIONS);
    }

    @Test
    void theRegistryMayRefuseAtTheEnd() {
        bench.admitFailure = LoginStatus.OUT_OF_RESOURCES;
        LoginReply reply = bench.send(OPERATIONAL_TO_FULL, NAMES);
        assertRefused(reply, LoginStatus.OUT_OF_RESOURCES);
        assertThat(reply.header().tsih()).isZero();
        bench.admitFailure = null;
        assertThatThrownBy(() -> bench.send(OPERATIONAL_TO_FULL, NAMES)).isInstanceOf(IllegalStateException.class);
    }

    static void assertRefused(LoginReply reply, LoginStatus status) {
        assertThat(reply.status()).as(reply.reason()).isEqualTo(status);
        assertThat(reply.refused()).isTrue();
        assertThat(reply.header().status()).isEqualTo(status.code());
        assertThat(reply.header().transit()).isFalse();
        assertThat(reply.text()).isEmpty();
        assertThat(reply.outcome()).isEmpty();
        assertThat(reply.reason()).isNotEmpty();
    }
}
