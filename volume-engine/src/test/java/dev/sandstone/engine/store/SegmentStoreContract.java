package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.StepLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every segment store must do. */
abstract class SegmentStoreContract {
    static final int SEGMENT = 64 << 10;
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    StepLoop loop = new StepLoop();

    /** A store of eight segments. */
    abstract SegmentStore make() throws StoreException;

    /** The call back of one operation. */
    static final class Ended implements StoreDone {
        boolean called;

        @Nullable
        StoreException failure;

        @Override
        public void done(@Nullable StoreException why) {
            assertThat(called).as("called back twice").isFalse();
            called = true;
            failure = why;
        }

        StoreException.Kind kind() {
            return Objects.requireNonNull(failure, "the operation succeeded").kind();
        }
    }

    void finish(Ended ended) {
        assertThat(ended.called).as("called back before the method returned").isFalse();
        while (!ended.called) {
            assertThat(loop.step()).as("the store forgot to call back").isTrue();
        }
    }

    void succeed(Ended ended) {
        finish(ended);
        assertThat(ended.failure).isNull();
    }

    static SegmentHeader header(SegmentStore store, long id) {
        return new SegmentHeader(store.superblock().pool(), id, 0, LogStream.USER, 0, 1, 7, 0, 12345, 0);
    }

    long create(SegmentStore store) {
        long id = store.newId();
        Ended ended = new Ended();
        store.create(header(store, id), ended);
        succeed(ended);
        return id;
    }

    void append(SegmentStore store, long id, int offset, ByteBuffer bytes) {
        Ended ended = new Ended();
        store.append(id, offset, bytes, ended);
        succeed(ended);
    }

    void delete(SegmentStore store, long id) {
        Ended ended = new Ended();
        store.delete(id, ended);
        succeed(ended);
    }

    @Test
    void readsBackWhatWasAppended() throws StoreException {
        SegmentStore store = make();
        Random random = new Random(11);
        Map<Long, ByteBuffer> contents = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            long id = create(store);
            ByteBuffer content = FileIoContract.random(random, SEGMENT - BLOCK);
            for (int at = 0; at < content.limit(); at += 5 * BLOCK) {
                int end = Math.min(content.limit(), at + 5 * BLOCK);
                append(store, id, BLOCK + at, content.duplicate().limit(end).position(at));
            }
            contents.put(id, content);
        }
        for (Map.Entry<Long, ByteBuffer> entry : contents.entrySet()) {
            for (int i = 0; i < 10; i++) {
                int at = random.nextInt(SEGMENT - BLOCK);
                int size = 1 + random.nextInt(SEGMENT - BLOCK - at);
                ByteBuffer wanted = entry.getValue().slice(at, size);
                ByteBuffer read = ByteBuffer.allocateDirect(size);
                Ended ended = new Ended();
                store.read(entry.getKey(), BLOCK + at, read, ended);
                succeed(ended);
                assertThat(read).isEqualTo(wanted);
                ByteBuffer now = ByteBuffer.allocateDirect(size);
                store.readNow(entry.getKey(), BLOCK + at, now);
                assertThat(now).isEqualTo(wanted);
                ByteBuffer tried = ByteBuffer.allocateDirect(size);
                if (store.tryRead(entry.getKey(), BLOCK + at, tried)) {
                    assertThat(tried).isEqualTo(wanted);
                }
                ByteBuffer medium = ByteBuffer.allocateDirect(size);
                Ended reread = new Ended();
                store.reread(entry.getKey(), BLOCK + at, medium, reread);
                succeed(reread);
                assertThat(medium).isEqualTo(wanted);
            }
        }
        store.close();
    }

    @Test
    void neverGivesAnIdTwiceButASlotAgain() throws StoreException {
        SegmentStore store = make();
        assertThat(store.slots()).isEqualTo(8);
        List<Long> seen = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            List<Long> now = new ArrayList<>();
            while (store.freeSlots() > 0) {
                now.add(create(store));
            }
            assertThat(now).hasSize(8);
            seen.addAll(now);
            assertThat(seen).doesNotHaveDuplicates();
            assertThat(store.segments()).extracting(SegmentHeader::id).containsExactlyElementsOf(now);
            now.forEach(id -> delete(store, id));
            assertThat(store.segments()).isEmpty();
        }
        store.close();
    }

    @Test
    void refusesASegmentTooMany() throws StoreException {
        SegmentStore store = make();
        while (store.freeSlots() > 0) {
            create(store);
        }
        Ended ended = new Ended();
        store.create(header(store, store.newId()), ended);
        finish(ended);
        assertThat(ended.kind()).isEqualTo(StoreException.Kind.NO_SPACE);
        store.close();
    }

    @Test
    void writesNoByteTwiceAndNoneOutside() throws StoreException {
        SegmentStore store = make();
        long id = create(store);
        ByteBuffer block = SuperblockCopies.aligned(BLOCK);
        append(store, id, 2 * BLOCK, block);
        assertThatThrownBy(() -> store.append(id, 2 * BLOCK, block, new Ended()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.append(id, 0, block, new Ended())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.append(id, SEGMENT, block, new Ended()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.append(id, 3 * BLOCK + 512, block, new Ended()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.append(id + 1, BLOCK, block, new Ended()))
                .isInstanceOf(IllegalArgumentException.class);
        store.close();
    }

    @Test
    void keepsItsSuperblock() throws StoreException {
        SegmentStore store = make();
        Superblock before = store.superblock();
        Superblock next = before.with(new Superblock.Shard(0, 42, 9));
        store.updateSuperblockNow(next);
        assertThat(store.superblock()).isEqualTo(next);
        assertThatThrownBy(() -> store.updateSuperblockNow(next)).isInstanceOf(IllegalArgumentException.class);
        store.close();
    }
}
