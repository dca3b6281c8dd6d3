package dev.sandstone.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Disks;
import dev.sandstone.daemon.api.ErrorCode;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DiskAdminTest {
    private final DiskAdmin disks = new DiskAdmin(
            new FakeDisks(), new ChangeLock(), path -> path.equals(Path.of("/home")) ? Path.of("/disks/one") : path);

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.why()).isNotBlank();
            assertThat(refused.fix()).isNotBlank();
        });
    }

    @Test
    void disksComeGrowAndGo() {
        assertThat(disks.list().redundancy().whole()).isFalse();
        Disks.View added = disks.add(new Disks.Add("/disks/two/../two", 2L << 20));
        assertThat(added.path()).isEqualTo("/disks/two");
        assertThat(added.sizeBytes()).isEqualTo(2 << 20);
        assertThat(disks.list().items()).hasSize(2);
        assertThat(disks.list().redundancy().whole()).isTrue();
        assertThat(disks.grow("bbbb", new Disks.Grow(4L << 20)).sizeBytes()).isEqualTo(4 << 20);
        assertThat(disks.grow(added.id(), new Disks.Grow(null)).sizeBytes()).isEqualTo(4 << 20);
        assertThat(disks.replace("AAAA0000", new Disks.Add("/disks/three", null))
                        .path())
                .isEqualTo("/disks/three");
        disks.remove("bbbb0000-0000-0000-0000-000000000001");
        assertThat(disks.list().items())
                .singleElement()
                .satisfies(left -> assertThat(left.path()).isEqualTo("/disks/three"));
    }

    @Test
    void whatCannotBeDoneIsTold() {
        refused(ErrorCode.DISK_TAKEN, () -> disks.add(new Disks.Add("/disks/one", null)));
        refused(ErrorCode.DISK_TAKEN, () -> disks.add(new Disks.Add("/x/../home/", null)));
        refused(ErrorCode.DISK_TAKEN, () -> disks.replace("aaaa", new Disks.Add("/home", null)));
        refused(ErrorCode.BAD_VALUE, () -> disks.add(new Disks.Add("disks/two", null)));
        refused(ErrorCode.BAD_VALUE, () -> disks.add(new Disks.Add("/a\0b", null)));
        refused(ErrorCode.BAD_SIZE, () -> disks.add(new Disks.Add("/disks/two", 0L)));
        refused(ErrorCode.BAD_SIZE, () -> disks.grow("aaaa", new Disks.Grow(4096L)));
        refused(ErrorCode.DISK_ROOM, () -> disks.remove("aaaa"));
        refused(ErrorCode.DISK_NOT_FOUND, () -> disks.remove("aaa"));
        refused(ErrorCode.DISK_NOT_FOUND, () -> disks.remove("cccc"));
        refused(ErrorCode.DISK_NOT_FOUND, () -> disks.remove(""));
        disks.add(new Disks.Add("/disks/two", null));
        disks.add(new Disks.Add("/disks/three", null));
        refused(ErrorCode.DISK_NOT_FOUND, () -> disks.remove("bbbb"));
    }

    @Test
    void theScrubIsStartedPausedAndScheduled() {
        assertThat(disks.scrub().state()).isEqualTo("idle");
        assertThat(disks.scrub().intervalS()).isEqualTo(14 * 86_400);
        assertThat(disks.scrub(new Disks.ScrubUpdate("start", null)).state()).isEqualTo("running");
        assertThat(disks.scrub(new Disks.ScrubUpdate("pause", 7200L)).state()).isEqualTo("paused");
        assertThat(disks.scrub().intervalS()).isEqualTo(7200);
        assertThat(disks.scrub(new Disks.ScrubUpdate(null, 0L)).intervalS()).isZero();
        refused(ErrorCode.BAD_VALUE, () -> disks.scrub(new Disks.ScrubUpdate("stop", null)));
        refused(ErrorCode.BAD_VALUE, () -> disks.scrub(new Disks.ScrubUpdate(null, 60L)));
        refused(ErrorCode.BAD_VALUE, () -> disks.scrub(new Disks.ScrubUpdate(null, -1L)));
    }
}
