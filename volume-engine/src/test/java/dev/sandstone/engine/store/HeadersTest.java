package dev.sandstone.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of superblock and segment header, and that no changed bit passes. */
final class HeadersTest {
    private static final UUID POOL = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final UUID DISK = UUID.fromString("f0e0d0c0-b0a0-9080-7060-504030201000");

    private static Superblock superblock() {
        return new Superblock(
                POOL,
                DISK,
                7,
                64 << 20,
                65536,
                100,
                List.of(new Superblock.Disk(DISK, 0, 7)),
                List.of(new Superblock.Shard(0, 3, 0x123456789L)),
                List.of(new Superblock.KeyEpoch(1, 2)));
    }

    private static SegmentHeader header() {
        return new SegmentHeader(POOL, 0x3_0000_0001L, 2, LogStream.CLEAN1, 4, 5, 6, 0x2_0000_0007L, 8, 9);
    }

    private static String hex(ByteBuffer bytes, int from, int length) {
        byte[] part = new byte[length];
        bytes.get(from, part);
        return HexFormat.of().formatHex(part);
    }

    @Test
    void superblockBytes() throws StoreException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Superblock.BYTES);
        superblock().encode(bytes);
        assertThat(hex(bytes, 0, 104))
                .isEqualTo("53535550" + "0001" + "0000" + "00".repeat(23) + "02"
                        + "00112233445566778899aabbccddeeff" + "f0e0d0c0b0a090807060504030201000"
                        + "0000000000000007" + "00001000" + "04000000" + "0000000000010000" + "0000000000000064"
                        + "0001" + "0001" + "0001" + "0000");
        assertThat(hex(bytes, 128, 40))
                .isEqualTo("f0e0d0c0b0a090807060504030201000" + "00000000" + "00000000" + "0000000000000007"
                        + "0000000000000000");
        assertThat(hex(bytes, 1408, 64)).isEqualTo("00000000" + "00000003" + "0000000123456789" + "00".repeat(48));
        assertThat(hex(bytes, 3456, 16)).isEqualTo("00000001" + "00000002" + "0000000000000000");
        assertThat(Superblock.decode(bytes)).isEqualTo(superblock());
    }

    @Test
    void segmentHeaderBytes() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(SegmentHeader.BYTES);
        header().encode(bytes);
        String expected = "53534547" + "0001" + "01" + "02" + "00112233445566778899aabbccddeeff" + "0000000300000001"
                + "00000004" + "00000005" + "0000000000000006" + "0000000200000007" + "0000000000000008" + "00000009"
                + "00".repeat(56);
        assertThat(hex(bytes, 0, 124)).isEqualTo(expected);
        assertThat(hex(bytes, 2048, 124)).isEqualTo(expected);
        assertThat(bytes.getInt(124)).isEqualTo(bytes.getInt(2048 + 124));
        assertThat(Fields.isZero(bytes, 128, 2048) && Fields.isZero(bytes, 2176, 4096))
                .isTrue();
        assertThat(SegmentHeader.decode(bytes, POOL)).isEqualTo(header());
        assertThat(SegmentHeader.decode(bytes, DISK)).isNull();
        header().withReplica(0).encode(bytes);
        assertThat(header().crc()).as("of copy 0, whichever copy").isEqualTo(bytes.getInt(124));
    }

    @Test
    void superblockBytesOfSeveralDisks() throws StoreException {
        Superblock one = superblock();
        Superblock several = one.members(
                List.of(new Superblock.Disk(DISK, 0, 1), new Superblock.Disk(POOL, 2, 7)), new Superblock.Copies(3, 1));
        ByteBuffer bytes = ByteBuffer.allocateDirect(Superblock.BYTES);
        several.encode(bytes);
        assertThat(hex(bytes, 24, 8))
                .as("incompatible: several disks, moved references")
                .isEqualTo("0000000000000003");
        assertThat(hex(bytes, 96, 8)).isEqualTo("0002" + hex(bytes, 98, 4) + "03" + "01");
        assertThat(hex(bytes, 168 + 16, 24)).isEqualTo("00000002" + "00000000" + "0000000000000007" + "00".repeat(8));
        assertThat(Superblock.decode(bytes)).isEqualTo(several);
    }

    @Test
    void thatThereMayBeMarksThatEndStays() throws StoreException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Superblock.BYTES);
        Superblock ending = superblock().withEndingMarks();
        assertThat(ending.generation()).isEqualTo(superblock().generation() + 1);
        Superblock later =
                ending.next().with(new Superblock.Shard(0, 4, 5)).withSlots(9).of(POOL, 8);
        later.encode(bytes);
        assertThat(hex(bytes, 24, 8))
                .as("incompatible: moved references, marks that end")
                .isEqualTo("0000000000000006");
        assertThat(ending.members(List.of(), Superblock.Copies.USUAL).endingMarks())
                .isTrue();
        assertThat(Superblock.decode(bytes)).isEqualTo(later);
        assertThat(later.endingMarks()).isTrue();
    }

    @Test
    void featuresOfLaterVersionsAreRefused() {
        for (int bit = 3; bit < Long.SIZE; bit++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(Superblock.BYTES);
            superblock().encode(bytes);
            bytes.putLong(24, bytes.getLong(24) | 1L << bit);
            bytes.putInt(Superblock.BYTES - 4, Fields.crc(bytes, 0, Superblock.BYTES - 4));
            assertThatThrownBy(() -> Superblock.decode(bytes))
                    .as("bit " + bit)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("use the version that wrote it");
        }
    }

    @Test
    void aSuperblockOfBeforeMovedReferencesIsRead() throws StoreException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Superblock.BYTES);
        superblock().encode(bytes);
        bytes.putLong(24, 0).putInt(Superblock.BYTES - 4, Fields.crc(bytes, 0, Superblock.BYTES - 4));
        assertThat(Superblock.decode(bytes)).isEqualTo(superblock());
    }

    @Test
    void noFlippedBitOfASuperblockPasses() throws StoreException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Superblock.BYTES);
        superblock().encode(bytes);
        for (int bit = 0; bit < 8 * Superblock.BYTES; bit++) {
            bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
            assertThat(Superblock.decode(bytes)).as("bit " + bit).isNull();
            bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
        }
    }

    @Test
    void damagedHeadersAreReadFromTheirCopyOrNotAtAll() {
        Random random = new Random(31);
        for (int i = 0; i < 2000; i++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(SegmentHeader.BYTES);
            header().encode(bytes);
            int first = random.nextInt(128);
            bytes.put(first, (byte) (bytes.get(first) ^ 1 << random.nextInt(8)));
            assertThat(SegmentHeader.decode(bytes, POOL)).isEqualTo(header());
            int second = 2048 + random.nextInt(128);
            bytes.put(second, (byte) (bytes.get(second) ^ 1 << random.nextInt(8)));
            assertThat(SegmentHeader.decode(bytes, POOL)).isNull();
        }
    }
}
