package dev.sandstone.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.transfer.ByteBudget;
import dev.sandstone.iscsi.transfer.DataInSender;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.iscsi.transfer.TransferLimits;
import dev.sandstone.iscsi.transfer.TransferLink;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
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
        TransferLink link = new NoLink();
        TaskRequest request = new TaskRequest(0, new byte[16], TaskAttribute.SIMPLE, Integer.toUnsignedLong(tag), 0, 0);
        return new Transfer(link, new DataInSender(link), new Transfer.Command(request, 0, 0, true, false, 0));
    }

    private static final class NoLink implements TransferLink {
        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public ByteBuf allocate(int bytes) {
            return Unpooled.directBuffer(bytes);
        }

        @Override
        public TransferLimits limits() {
            return new TransferLimits(8192, 65536, 8192, true, false, 1);
        }

        @Override
        public ByteBudget budget() {
            return new ByteBudget(1, 1);
        }

        @Override
        public int newTransferTag() {
            return 1;
        }

        @Override
        public void send(ResponseBhs bhs, @Nullable ByteBuf data) {}

        @Override
        public void sendStatus(ResponseBhs bhs, @Nullable ByteBuf data) {}

        @Override
        public void owesData(boolean owes) {}

        @Override
        public void ending(Transfer transfer) {}

        @Override
        public void ended(Transfer transfer) {}

        @Override
        public void keeps(Transfer transfer, int bytes) {}
    }
}
