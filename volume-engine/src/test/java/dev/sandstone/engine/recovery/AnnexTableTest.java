package dev.sandstone.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An annex is the old one until the last part of the new one is there. */
class AnnexTableTest {
    private static final UUID VOLUME = new UUID(1, 2);
    private static final int KIND = 7;

    private final AnnexTable table = new AnnexTable();

    private static byte[] filled(int bytes, int value) {
        byte[] annex = new byte[bytes];
        Arrays.fill(annex, (byte) value);
        return annex;
    }

    private void keep(byte[] annex) {
        table.parts(VOLUME, KIND, annex).forEach(this::put);
    }

    /** As it comes from the log. */
    private void put(AnnexPart part) {
        table.put(AnnexPart.decode(ByteBuffer.wrap(part.encode())));
    }

    @Test
    void thereIsNoneBeforeTheFirst() {
        assertThat(table.find(VOLUME, KIND)).isNull();
        keep(new byte[0]);
        assertThat(table.find(VOLUME, KIND)).isEmpty();
        assertThat(table.find(VOLUME, KIND + 1)).isNull();
        assertThat(table.find(new UUID(1, 3), KIND)).isNull();
    }

    @Test
    void everySizeComesBack() {
        for (int bytes : new int[] {1, 4063, 4064, 4065, 8128, 20_000, AnnexPart.MOST_ANNEX_BYTES, 3}) {
            byte[] annex = filled(bytes, bytes);
            keep(annex);
            assertThat(table.find(VOLUME, KIND)).isEqualTo(annex);
        }
        assertThatThrownBy(() -> table.parts(VOLUME, KIND, new byte[AnnexPart.MOST_ANNEX_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVersionOfWhichPartsAreMissingIsNotInForce() {
        byte[] old = filled(9000, 1);
        keep(old);
        for (int attempt = 0; attempt < 4; attempt++) {
            List<AnnexPart> parts = table.parts(VOLUME, KIND, filled(12_500, 2));
            parts.subList(0, attempt).forEach(this::put);
            assertThat(table.find(VOLUME, KIND))
                    .as("after " + attempt + " parts")
                    .isEqualTo(old);
        }
        byte[] shorter = filled(5000, 3);
        keep(shorter);
        assertThat(table.find(VOLUME, KIND)).isEqualTo(shorter);
    }

    @Test
    void rowsOfALongerVersionThatNothingReplacedMeanNothing() {
        keep(filled(12_000, 1));
        List<AnnexPart> rows = table.parts(VOLUME, KIND, filled(12_000, 2));
        rows.forEach(this::put);
        keep(filled(12_000, 3));
        List<AnnexPart> newest = table.parts(VOLUME, KIND, filled(10, 4));
        AnnexTable loaded = new AnnexTable();
        // As the rows lie in the store, by slot and part.
        newest.forEach(loaded::put);
        rows.subList(1, rows.size()).forEach(loaded::put);
        assertThat(loaded.find(VOLUME, KIND)).isEqualTo(filled(10, 4));
    }

    @Test
    void removingNamesEveryRow() {
        keep(filled(9000, 1));
        List<byte[]> written = table.parts(VOLUME, KIND, filled(9000, 2)).stream()
                .map(AnnexPart::key)
                .toList();
        List<byte[]> keys = table.remove(VOLUME);
        assertThat(written).allMatch(key -> keys.stream().anyMatch(each -> Arrays.equals(each, key)));
        assertThat(table.find(VOLUME, KIND)).isNull();
        assertThat(table.remove(VOLUME)).isEmpty();
    }
}
