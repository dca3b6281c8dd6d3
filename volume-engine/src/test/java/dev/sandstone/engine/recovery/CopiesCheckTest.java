package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.loop.StepLoop;
import dev.sandstone.engine.map.HeadRun;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.FaultyDisk;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.Superblock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes of a run against its checksums: which blocks are named, and how many reads that takes. */
final class CopiesCheckTest {
    private static final UUID POOL = new UUID(1, 2);
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;
    private static final int BLOCKS = 100;
    private static final int SEGMENT = 1 << 20;
    private static final long FIRST_SLOT = 64 << 10;

    private final FaultyDisk.Faults faults = new FaultyDisk.Faults();
    private final Random random = new Random(7);
    private final List<String> problems = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();
    private FaultyDisk disk;
    private SegmentStore store;
    private HeadRun run;
    private boolean made;

    @BeforeEach
    void aSegmentWithARun() throws StoreException {
        StepLoop loop = new StepLoop();
        disk = new FaultyDisk(loop, random, FIRST_SLOT + 4L * SEGMENT + 2 * Superblock.BYTES, faults);
        DiskStore.format(disk, new DiskStore.Format(POOL, new UUID(3, 4), SEGMENT));
        store = DiskStore.open(disk, loop, POOL);
        long id = store.newId();
        store.create(
                new SegmentHeader(POOL, id, 0, LogStream.USER, 0, 1, 1, 0, 0, 0), failure -> made = failure == null);
        while (!made) {
            assertThat(loop.step()).isTrue();
        }
        byte[] content = new byte[BLOCKS * BLOCK];
        random.nextBytes(content);
        store.appendNow(
                id,
                BLOCK,
                ByteBuffer.allocateDirect(content.length).put(content).flip());
        int[] checksums = new int[BLOCKS];
        CRC32C crc = new CRC32C();
        for (int i = 0; i < BLOCKS; i++) {
            crc.reset();
            crc.update(content, i * BLOCK, BLOCK);
            checksums[i] = (int) crc.getValue();
        }
        run = new HeadRun(5, 1000, BLOCKS, Pointer.raw(id, BLOCK / Pointer.GRAIN_BYTES), 1, 0, checksums);
    }

    private long verify() {
        long before = faults.reads();
        new CopiesCheck(store, problems::add, damages::add).verify(run);
        return faults.reads() - before;
    }

    @Test
    void aSoundRunIsReadInLargePieces() {
        assertThat(verify()).isLessThanOrEqualTo(2);
        assertThat(problems).isEmpty();
        assertThat(damages).isEmpty();
    }

    @Test
    void eachDamagedBlockIsNamed() {
        for (int block : new int[] {0, 63, 64, 99}) {
            disk.flip(FIRST_SLOT + (1L + block) * BLOCK + random.nextInt(BLOCK), 1 << random.nextInt(8));
        }
        verify();
        assertThat(damages)
                .extracting(line -> line.replaceAll(".*(block \\d+) .*", "$1"))
                .containsExactly("block 1000", "block 1063", "block 1064", "block 1099");
        assertThat(problems).isEmpty();
    }

    @Test
    void whatTheDiskRefusesAtOnceIsReadBlockByBlock() {
        faults.failReadAt = faults.reads() + 1;
        assertThat(verify()).isEqualTo(1 + 64 + 1);
        assertThat(damages).isEmpty();
    }
}
