package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.StepLoop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Disks whose files are cut short, or are not where they were. */
final class MirrorWatchTest {
    private static final int SEGMENT = 64 << 10;
    private static final long BYTES = DiskStore.FIRST_SLOT + 2 * Superblock.BYTES + 8L * SEGMENT;

    private final StepLoop loop = new StepLoop();
    private final Random random = new Random(22);
    private final List<FaultyDisk> disks = new ArrayList<>();
    private final UUID pool = new UUID(1, 2);
    private final MirrorStore store;

    MirrorWatchTest() throws StoreException {
        List<UUID> ids = List.of(new UUID(3, 0), new UUID(3, 1));
        List<MirrorOpening.Found> found = new ArrayList<>();
        for (UUID id : ids) {
            FaultyDisk disk = new FaultyDisk(loop, random, BYTES, new FaultyDisk.Faults());
            DiskStore.format(disk, new DiskStore.Format(pool, id, SEGMENT, ids, 2));
            disks.add(disk);
            found.add(MirrorOpening.Found.disk(Path.of("/disk" + disks.size()), DiskStore.member(disk, loop)));
        }
        store = MirrorOpening.open(found, loop, Witness.NONE);
        nextGeneration();
    }

    /** Superblocks are written. */
    private void nextGeneration() throws StoreException {
        Superblock.Shard shard = store.superblock().shard(0);
        store.updateSuperblockNow(
                store.superblock().with(new Superblock.Shard(0, shard.epoch() + 1, shard.segmentFloor())));
    }

    private static final class Ended implements StoreDone {
        private boolean over;
        private @Nullable StoreException failure;

        @Override
        public void done(@Nullable StoreException why) {
            over = true;
            failure = why;
        }
    }

    private void succeed(Ended ended) {
        while (!ended.over) {
            assertThat(loop.step()).isTrue();
        }
        assertThat(ended.failure).isNull();
    }

    private long create() {
        long id = store.newId();
        Ended ended = new Ended();
        store.create(new SegmentHeader(pool, id, 0, LogStream.USER, 0, 1, id * 100, 0, 0, 0), ended);
        succeed(ended);
        return id;
    }

    private ByteBuffer append(long id) {
        ByteBuffer content = FileIoContract.random(random, 4096);
        Ended ended = new Ended();
        store.append(id, 4096, content, ended);
        succeed(ended);
        return content;
    }

    private boolean look() {
        MirrorWatch.Look look = store.admin().watch().look();
        look.askNow();
        return store.admin().watch().follow(look);
    }

    private List<String> states() {
        return store.admin().members().stream().map(MirrorAdmin.Member::state).toList();
    }

    private @Nullable String trouble(int disk) {
        return store.admin().members().get(disk).trouble();
    }

    @Test
    void nothingFollowsWhenNothingIsWrong() {
        create();
        assertThat(look()).isFalse();
        assertThat(states()).containsOnly("ACTIVE");
        assertThat(store.admin().counts().todo()).isZero();
    }

    @Test
    void whatADiskMayHaveLostDoesNotCount() {
        long id = create();
        disks.get(1).cut(0);
        assertThat(store.admin().counts().todo()).isZero();
        assertThat(look()).isTrue();
        assertThat(disks.get(1).size()).isEqualTo(BYTES);
        assertThat(store.admin().counts().single()).isEqualTo(1);
        assertThat(store.admin().counts().lost()).isZero();
        assertThat(store.admin().isSingle(id)).isTrue();
        assertThat(store.superblock().copies().guaranteed()).isEqualTo(1);
        assertThat(store.impaired(id)).isTrue();
        assertThat(store.admin().neediest(any -> true)).isEqualTo(id);
        assertThat(store.admin().isDoubted(id)).isTrue();
        long later = create();
        assertThat(store.admin().isDoubted(later)).isFalse();
        assertThat(look()).as("it has its size back").isFalse();
    }

    @Test
    void itCountsWhenAllOfItWasLookedAtSince() {
        long id = create();
        disks.get(1).cut(BYTES / 2);
        look();
        long losses = store.admin().losses();
        disks.get(1).cut(BYTES / 2);
        look();
        assertThat(store.admin().assure(id, losses))
                .as("it has lost more since")
                .isFalse();
        assertThat(store.admin().counts().single()).isEqualTo(1);
        assertThat(store.admin().assure(id, store.admin().losses())).isTrue();
        assertThat(store.admin().counts().todo()).isZero();
    }

    /** The superblocks at its end give the file its size back, with a hole before them. */
    @Test
    void aCutIsSeenThoughTheSizeIsRight() throws StoreException {
        long id = create();
        disks.get(1).cut(0);
        nextGeneration();
        disks.get(1).growNow(BYTES);
        assertThat(look()).isTrue();
        assertThat(store.admin().isDoubted(id)).isTrue();
        assertThat(look()).isFalse();
    }

    @Test
    void whatIsOnADiskThatIsCutIsKeptOnTheOtherThoughThatFails() throws StoreException {
        long id = create();
        ByteBuffer content = append(id);
        disks.get(1).cut(0);
        look();
        long later = create();
        disks.get(0).faults().failWriteAt = 0;
        append(later);
        assertThat(states()).containsExactly("RETIRED", "ACTIVE");
        assertThat(store.copies(later)).isEqualTo(0b10);
        assertThat(store.copies(id)).isEqualTo(0b11);
        ByteBuffer read = ByteBuffer.allocateDirect(4096);
        store.readCopyNow(id, 0, 4096, read);
        assertThat(read).isEqualTo(content);
        assertThat(store.admin().isDoubted(id)).isTrue();
    }

    @Test
    void aDiskThatWouldNotBeFoundAgainHasFailed() {
        long id = create();
        disks.get(1).faults().named = false;
        assertThat(look()).isFalse();
        assertThat(states()).containsExactly("ACTIVE", "FAILED");
        assertThat(trouble(1)).contains("deleted, moved or replaced");
        assertThat(store.copies(id)).isEqualTo(0b01);
        assertThat(store.admin().counts().single()).isEqualTo(1);
        assertThat(store.superblock().copies().guaranteed()).isEqualTo(1);
        disks.get(0).faults().named = false;
        look();
        assertThat(states()).as("it is the last one").containsExactly("ACTIVE", "FAILED");
        assertThat(trouble(0)).contains("deleted, moved or replaced");
        append(id);
    }

    @Test
    void disksThatAreAllGoneAreUsedOnButDoNotCount() {
        long id = create();
        disks.forEach(disk -> disk.faults().named = false);
        look();
        assertThat(states()).containsOnly("ACTIVE");
        assertThat(trouble(0)).contains("deleted, moved or replaced");
        assertThat(store.admin().counts().single()).isEqualTo(1);
        append(id);
        disks.forEach(disk -> disk.faults().named = true);
        look();
        assertThat(trouble(0)).isNull();
        assertThat(store.admin().counts().todo()).isZero();
    }
}
