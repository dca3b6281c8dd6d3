package dev.sandstone.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.transfer.Transfer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TagTableTest {

    @Test
    void behavesLikeAMap() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            TagTable table = new TagTable();
            Map<Integer, Transfer> model = new HashMap<>();
            for (int step = 0; step < 3000; step++) {
                int tag = random.nextBoolean() ? random.nextInt(64) : random.nextInt(8) << 28;
                if (random.nextInt(3) > 0 && !model.containsKey(tag)) {
                    Transfer transfer = transfer(tag);
                    table.put(transfer);
                    model.put(tag, transfer);
                } else {
                    table.remove(tag);
                    model.remove(tag);
                }
                assertThat(table.size()).as("seed %d step %d", seed, step).isEqualTo(model.size());
            }
            for (int tag = 0; tag < 64; tag++) {
                assertThat(table.get(tag)).as("seed %d tag %d", seed, tag).isSameAs(model.get(tag));
                assertThat(table.get(tag << 28)).isSameAs(model.get(tag << 28));
            }
            assertThat(table.all()).containsExactlyInAnyOrderElementsOf(model.values());
        }
    }

    @Test
    void aTagIsUsedOnce() {
        TagTable table = new TagTable();
        table.put(transfer(5));
        assertThatThrownBy(() -> table.put(transfer(5))).isInstanceOf(IllegalStateException.class);
    }

    private static Transfer transfer(int tag) {
        ScsiCommand pdu = new ScsiCommand();
        pdu.initiatorTaskTag(tag);
        Transfer transfer = new Transfer();
        assertThat(transfer.read(pdu, new byte[0])).isTrue();
        return transfer;
    }
}
