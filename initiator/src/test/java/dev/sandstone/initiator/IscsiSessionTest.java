package dev.sandstone.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.TextPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against this project's own target. */
class IscsiSessionTest {
    private static final long SEED = 4711L;
    private static final Credentials HOST = Credentials.of("host-user", "the initiator's secret");
    private static final Credentials ARRAY = Credentials.of("array-user", "the target's own secret");

    private final Random random = new Random(SEED);

    @Test
    void discovery() throws IOException {
        try (TestTarget target = new TestTarget()) {
            List<DiscoveredTarget> found = Discovery.discover(target.options());
            assertThat(found).hasSize(1);
            assertThat(found.get(0).name()).isEqualTo(TestTarget.NAME);
            assertThat(found.get(0).addresses().get(0))
                    .startsWith("127.0.0.1:" + target.portal().getPort() + ",");
        }
    }

    /** Small and large, with every mix of digests, immediate data, unsolicited data and R2T. */
    @ParameterizedTest
    @CsvSource({
        "None, Yes, No, 262144, 1048576",
        "CRC32C, Yes, No, 262144, 1048576",
        "None, No, No, 65536, 65536",
        "None, Yes, Yes, 65536, 65536",
        "CRC32C, No, Yes, 512, 1024",
        "None, Yes, No, 1024, 4096",
    })
    void whatIsWrittenIsRead(String digest, String immediate, String initialR2t, String firstBurst, String maxBurst)
            throws IOException {
        try (TestTarget target = new TestTarget()) {
            SessionOptions options = target.options()
                    .withOffer(Key.HEADER_DIGEST, digest)
                    .withOffer(Key.DATA_DIGEST, digest)
                    .withOffer(Key.IMMEDIATE_DATA, immediate)
                    .withOffer(Key.INITIAL_R2T, initialR2t)
                    .withOffer(Key.FIRST_BURST_LENGTH, firstBurst)
                    .withOffer(Key.MAX_BURST_LENGTH, maxBurst);
            try (IscsiSession session = IscsiSession.open(options)) {
                assertThat(session.parameters().headerDigest()).isEqualTo(digest.equals("CRC32C"));
                assertThat(session.parameters().initialR2t()).isEqualTo(initialR2t.equals("Yes"));
                IscsiDisk disk = IscsiDisk.open(session, 0);
                assertThat(disk.blocks()).isEqualTo(TestTarget.BLOCKS);
                assertThat(disk.blockBytes()).isEqualTo(512);
                for (int count : new int[] {1, 3, 8, 500, 4096}) {
                    byte[] data = new byte[count * 512];
                    random.nextBytes(data);
                    disk.write(count, data);
                    assertThat(disk.read(count, count)).as("seed %d", SEED).isEqualTo(data);
                }
                session.logout();
            }
        }
    }

    @Test
    void everyCommandOfTheDisk() throws IOException {
        try (TestTarget target = new TestTarget();
                IscsiSession session = IscsiSession.open(target.options())) {
            IscsiDisk disk = IscsiDisk.open(session, 0);
            byte[] one = new byte[512];
            random.nextBytes(one);
            disk.writeSame(10, 4, one);
            assertThat(Arrays.copyOfRange(disk.read(10, 4), 1536, 2048)).isEqualTo(one);
            byte[] two = new byte[512];
            random.nextBytes(two);
            assertThat(disk.compareAndWrite(11, one, two)).isTrue();
            assertThat(disk.compareAndWrite(11, one, two)).isFalse();
            assertThat(disk.read(11, 1)).isEqualTo(two);
            disk.unmap(10, 2);
            assertThat(disk.read(10, 2)).containsOnly(0);
            disk.writeDurably(10, two);
            disk.synchronize();
            assertThat(disk.read(10, 1)).isEqualTo(two);
            assertThatThrownBy(() -> disk.read(TestTarget.BLOCKS, 1))
                    .isInstanceOfSatisfying(ScsiStatusException.class, e -> {
                        assertThat(e.result().isSense(5, 0x21, 0)).isTrue();
                        assertThat(e).hasMessageContaining("sense key 5, code 21/00");
                    });
            assertThatThrownBy(() -> disk.write(0, new byte[100])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void residuals() throws IOException {
        try (TestTarget target = new TestTarget();
                IscsiSession session = IscsiSession.open(target.options())) {
            ScsiResult less = session.execute(ScsiRequest.in(0, Cdb.read16(0, 1), 1024));
            assertThat(less.status()).isEqualTo(ScsiResult.GOOD);
            assertThat(less.dataIn()).hasSize(512);
            assertThat(less.residual()).isEqualTo(512);
            ScsiResult more = session.execute(ScsiRequest.in(0, Cdb.read16(0, 2), 512));
            assertThat(more.dataIn()).hasSize(512);
            assertThat(more.residual()).isEqualTo(-512);
        }
    }

    @Test
    void aThousandCommandsAtOnce() throws Exception {
        try (TestTarget target = new TestTarget();
                IscsiSession session = IscsiSession.open(target.options().withDigests())) {
            List<byte[]> written = new ArrayList<>();
            List<IscsiSession.Call> calls = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                byte[] data = new byte[4096];
                random.nextBytes(data);
                written.add(data);
                calls.add(session.submit(ScsiRequest.out(0, Cdb.write16(i * 8L, 8), data)));
            }
            for (IscsiSession.Call call : calls) {
                assertThat(call.done().get(60, TimeUnit.SECONDS).status()).isZero();
            }
            calls.clear();
            for (int i = 0; i < 1000; i++) {
                calls.add(session.submit(ScsiRequest.in(0, Cdb.read16(i * 8L, 8), 4096)));
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(calls.get(i).done().get(60, TimeUnit.SECONDS).dataIn())
                        .as("seed %d", SEED)
                        .isEqualTo(written.get(i));
            }
            session.logout();
            assertThat(target.server().sessions()).isEmpty();
        }
    }

    @Test
    void abortedCommandsEndWithoutStatus() throws Exception {
        try (TestTarget target = new TestTarget();
                IscsiSession session = IscsiSession.open(target.options())) {
            byte[] hold = new byte[10];
            hold[0] = MemoryDevice.HOLD;
            IscsiSession.Call one = session.submit(ScsiRequest.of(0, hold));
            IscsiSession.Call two = session.submit(ScsiRequest.of(0, hold));
            session.execute(ScsiRequest.of(0, Cdb.testUnitReady()));
            assertThat(session.manage(1, ScsiRequest.lun(0), one.tag())).isZero();
            assertAborted(one);
            assertThat(two.done()).isNotDone();
            assertThat(session.manage(5, ScsiRequest.lun(0), Bhs.RESERVED_TAG)).isZero();
            assertAborted(two);
            assertThat(session.execute(ScsiRequest.of(0, Cdb.testUnitReady())).status())
                    .isZero();
        }
    }

    private static void assertAborted(IscsiSession.Call call) {
        assertThatThrownBy(() -> call.done().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TaskAbortedException.class);
    }

    @Test
    void pingsAndText() throws IOException {
        try (TestTarget target = new TestTarget();
                IscsiSession session = IscsiSession.open(target.options())) {
            byte[] data = "are you there".getBytes(StandardCharsets.UTF_8);
            assertThat(session.ping(data)).isEqualTo(data);
            assertThat(session.ping(new byte[0])).isEmpty();
            assertThat(Discovery.sendTargets(session, ""))
                    .extracting(DiscoveredTarget::name)
                    .containsExactly(TestTarget.NAME);
            assertThat(session.text(List.of(new TextPair("X-unknown", "1"))))
                    .containsExactly(new TextPair("X-unknown", "NotUnderstood"));
        }
    }

    @ParameterizedTest
    @EnumSource(ChapAlgorithm.class)
    void chapOneWayAndMutual(ChapAlgorithm algorithm) throws IOException {
        try (TestTarget target = new TestTarget(TestTarget.chap(HOST, ARRAY))) {
            SessionOptions oneWay = target.options().withChap(HOST).withAlgorithms(algorithm);
            IscsiSession.open(oneWay).logout();
            IscsiSession.open(oneWay.withTargetChap(ARRAY)).logout();
            assertThat(Discovery.discover(oneWay)).hasSize(1);
            assertThatThrownBy(() ->
                            IscsiSession.open(oneWay.withTargetChap(Credentials.of("array-user", "guessed secret"))))
                    .isInstanceOf(LoginFailedException.class)
                    .hasMessageContaining("did not prove");
        }
    }

    @Test
    void wrongSecretsAndNamesAreRefused() throws IOException {
        try (TestTarget target = new TestTarget(TestTarget.chap(HOST, ARRAY))) {
            assertStatus(target.options(), LoginStatus.AUTHENTICATION_FAILURE);
            assertStatus(
                    target.options().withChap(Credentials.of("host-user", "not this secret")),
                    LoginStatus.AUTHENTICATION_FAILURE);
            assertStatus(target.options().withTarget("iqn.2026-11.dev.sandstone:none"), LoginStatus.NOT_FOUND);
        }
    }

    private static void assertStatus(SessionOptions options, LoginStatus status) {
        assertThatThrownBy(() -> IscsiSession.open(options))
                .isInstanceOfSatisfying(
                        LoginFailedException.class, e -> assertThat(e.status()).isEqualTo(status.code()));
    }

    @Test
    void aTargetThatDoesNotAuthenticateIsTakenUnlessItMustProveItself() throws IOException {
        try (TestTarget target = new TestTarget()) {
            IscsiSession.open(target.options().withChap(HOST)).logout();
            assertThatThrownBy(() ->
                            IscsiSession.open(target.options().withChap(HOST).withTargetChap(ARRAY)))
                    .isInstanceOf(LoginFailedException.class);
        }
    }

    @Test
    void theSameInitiatorPortReinstatesItsSession() throws Exception {
        try (TestTarget target = new TestTarget();
                IscsiSession first = IscsiSession.open(target.options());
                IscsiSession second = IscsiSession.open(target.options())) {
            assertThat(first.ended().get(60, TimeUnit.SECONDS)).isInstanceOf(InitiatorException.class);
            assertThatThrownBy(() -> first.execute(ScsiRequest.of(0, Cdb.testUnitReady())))
                    .isInstanceOf(InitiatorException.class);
            assertThat(second.execute(ScsiRequest.of(0, Cdb.testUnitReady())).status())
                    .isZero();
            try (IscsiSession other = IscsiSession.open(target.options().withIsid(0x400000000002L))) {
                assertThat(other.execute(ScsiRequest.of(0, Cdb.testUnitReady())).status())
                        .isZero();
                assertThat(second.execute(ScsiRequest.of(0, Cdb.testUnitReady()))
                                .status())
                        .isZero();
            }
        }
    }

    @Test
    void nobodyListens() throws IOException {
        SessionOptions gone;
        try (TestTarget target = new TestTarget()) {
            gone = target.options();
        }
        assertThatThrownBy(() -> IscsiSession.open(gone))
                .isInstanceOf(InitiatorException.class)
                .hasMessageContaining("cannot connect to");
    }
}
