package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What an ESXi host sends when it moves a virtual disk from one datastore to another (Storage vMotion, clone): it looks
 * whether there is a copy manager, what it takes, then copies 4 MB a command; and what it does when the pool is full.
 */
final class VmfsCloneTest {
    private static final int MIB_BLOCKS = 2048;
    private static final int TRANSFER_BLOCKS = 4 * MIB_BLOCKS;
    private static final int THIRD_PARTY_COPY = 0x08;

    /** More thresholds than a pool has. */
    private static final int MOST_TOLD = 10;

    private static final int NO_RECEIVE_COPY_RESULTS = 0x10;

    @TempDir
    Path scratch;

    @Test
    void aDiskMovesToAnotherDatastore() throws IOException {
        byte[] disk = new byte[64 << 20];
        new Random(20261127).nextBytes(disk);
        Arrays.fill(disk, 24 << 20, 40 << 20, (byte) 0);
        try (San san = San.serve(scratch)) {
            JsonNode from = san.volume("datastore1", "256M");
            JsonNode to = san.volume("datastore2", "256M");
            try (IscsiSession session = IscsiSession.open(options(san, from))) {
                IscsiDisk source = IscsiDisk.open(session, from.get("lun").asInt());
                IscsiDisk destination = IscsiDisk.open(session, to.get("lun").asInt());
                claims(session, from);
                claims(session, to);
                int mib = 1 << 20;
                for (int i = 0; i < disk.length / mib; i++) {
                    source.write((long) (16 + i) * MIB_BLOCKS, Arrays.copyOfRange(disk, i * mib, (i + 1) * mib));
                }
                long live = san.json("pool", "usage").get("live_bytes").asLong();
                long read = san.metric("sandstone_disk_read_bytes_total");
                clone(session, from, to, 16L * MIB_BLOCKS, disk.length / 512);
                assertThat(san.metric("sandstone_disk_read_bytes_total"))
                        .as("nothing was read")
                        .isEqualTo(read);
                assertThat(san.json("pool", "usage").get("live_bytes").asLong() - live)
                        .as("nothing was written but where the bytes are")
                        .isLessThan(disk.length / 100);
                assertThat(san.json("volume", "du", "datastore2")
                                .get("borrowed_bytes")
                                .asLong())
                        .as("the extents are the source's, as the map says")
                        .isEqualTo(disk.length);
                for (int i = 0; i < disk.length / mib; i++) {
                    assertThat(destination.read((long) (100 + i) * MIB_BLOCKS, MIB_BLOCKS))
                            .as("MiB " + i)
                            .isEqualTo(Arrays.copyOfRange(disk, i * mib, (i + 1) * mib));
                }
                session.logout();
            }
            // The extents are those of the source, with the zeros that the guest wrote there as data.
            assertThat(san.json("volume", "show", "datastore2")
                            .get("used_bytes")
                            .asLong())
                    .isEqualTo(64L << 20);
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    @Test
    void aPoolThatIsFullStopsTheCopyAndThenTheWrite() throws IOException {
        try (San san = San.serve(scratch, "--capacity", "256M")) {
            JsonNode from = san.volume("datastore1", "128M");
            JsonNode to = san.volume("datastore2", "256M");
            try (IscsiSession session = IscsiSession.open(options(san, from))) {
                IscsiDisk source = IscsiDisk.open(session, from.get("lun").asInt());
                IscsiDisk.open(session, to.get("lun").asInt()).read(0, 1);
                byte[] noise = new byte[1 << 20];
                new Random(7).nextBytes(noise);
                for (int i = 0; i < 64; i++) {
                    source.write((long) i * MIB_BLOCKS, noise);
                }
                // Fill the pool through the destination until a write is refused, as the guests of a datastore do.
                ScsiResult write = new ScsiResult(ScsiResult.GOOD, new byte[0], new byte[0], 0);
                for (int i = 0; write.status() == ScsiResult.GOOD; i++) {
                    noise[0]++;
                    write = heeding(
                            session,
                            ScsiRequest.out(
                                    to.get("lun").asInt(), Cdb.write16((long) i * MIB_BLOCKS, MIB_BLOCKS), noise));
                }
                assertThat(write.isSense(0x7, 0x27, 0x07)).as(write.describe()).isTrue();
                byte[] list = list(from, to, 0, 250L * MIB_BLOCKS, MIB_BLOCKS);
                // A copy by reference needs no space for data; one block off it does.
                list[16 + 64 + 19] = 1;
                ScsiResult copy =
                        heeding(session, ScsiRequest.out(from.get("lun").asInt(), extendedCopy(list), list));
                // The host goes back to writing by itself, and pauses the guest on DATA PROTECT.
                assertThat(copy.isSense(0xA, 0x0D, 0x01)).as(copy.describe()).isTrue();
                assertThat(HexFormat.of().formatHex(copy.sense())).contains("0700000000" + "0a" + "00000000" + "2707");
                byte[] range = Cdb.unmapList(0, 64 * MIB_BLOCKS);
                heeding(session, ScsiRequest.out(to.get("lun").asInt(), Cdb.unmap(range.length), range))
                        .requireGood();
                session.logout();
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    /** Sends it, and again after the pool has told, once to each unit, that it is getting full (38h/07h). */
    private static ScsiResult heeding(IscsiSession session, ScsiRequest request) throws IOException {
        ScsiResult result = session.execute(request);
        for (int told = 0; told < MOST_TOLD && result.isSense(0x6, 0x38, 0x07); told++) {
            result = session.execute(request);
        }
        return result;
    }

    private static SessionOptions options(San san, JsonNode volume) {
        String[] portal = san.portal(0).split(":", -1);
        return SessionOptions.to(
                        new InetSocketAddress(portal[0], Integer.parseInt(portal[1])), "iqn.1998-01.com.vmware:esx1")
                .withTarget(volume.get("iqn").asString());
    }

    private static void claims(IscsiSession session, JsonNode volume) throws IOException {
        int lun = volume.get("lun").asInt();
        byte[] inquiry = in(session, lun, Cdb.inquiry(96), 96);
        assertThat(inquiry[5] & THIRD_PARTY_COPY).as("3PC").isNotZero();
        byte[] identification = in(session, lun, Cdb.inquiryPage(0x83, 1024), 1024);
        assertThat(HexFormat.of().formatHex(identification))
                .contains("01030008" + volume.get("naa").asString());
        byte[] pages = in(session, lun, Cdb.inquiryPage(0, 255), 255);
        assertThat(pages).contains((byte) 0x8F);
        byte[] parameters = in(session, lun, receive(3, 0), 1024);
        ByteBuffer told = ByteBuffer.wrap(parameters);
        assertThat(told.getShort(8)).as("CSCD descriptors").isGreaterThanOrEqualTo((short) 2);
        assertThat(told.getShort(10)).as("segments").isGreaterThanOrEqualTo((short) 1);
        assertThat(told.getInt(16)).as("bytes a segment").isGreaterThanOrEqualTo(TRANSFER_BLOCKS * 512);
    }

    private static void clone(IscsiSession session, JsonNode from, JsonNode to, long lba, int blocks)
            throws IOException {
        int lun = from.get("lun").asInt();
        for (int at = 0; at < blocks; at += TRANSFER_BLOCKS) {
            byte[] list = list(from, to, lba + at, 100L * MIB_BLOCKS + at, TRANSFER_BLOCKS);
            session.execute(ScsiRequest.out(lun, extendedCopy(list), list)).requireGood();
        }
        // The host has said that it will not ask for results.
        ScsiResult status = session.execute(ScsiRequest.in(lun, receive(0, 9), 12));
        assertThat(status.isSense(0x5, 0x24, 0)).as(status.describe()).isTrue();
    }

    private static byte[] in(IscsiSession session, int lun, byte[] cdb, int bytes) throws IOException {
        return session.execute(ScsiRequest.in(lun, cdb, bytes)).requireGood().dataIn();
    }

    private static byte[] receive(int serviceAction, int listId) {
        return ByteBuffer.allocate(16)
                .put((byte) 0x84)
                .put((byte) serviceAction)
                .put((byte) listId)
                .putInt(10, 1024)
                .array();
    }

    private static byte[] extendedCopy(byte[] list) {
        return ByteBuffer.allocate(16).put((byte) 0x83).putInt(10, list.length).array();
    }

    /** Two CSCD descriptors by NAA, one segment. */
    private static byte[] list(JsonNode from, JsonNode to, long sourceLba, long destinationLba, int blocks) {
        ByteBuffer list = ByteBuffer.allocate(16 + 2 * 32 + 28);
        list.put((byte) 0)
                .put((byte) NO_RECEIVE_COPY_RESULTS)
                .putShort((short) 64)
                .putInt(8, 28);
        int at = 16;
        for (JsonNode volume : new JsonNode[] {from, to}) {
            byte[] naa = HexFormat.of().parseHex(volume.get("naa").asString());
            list.put(at, (byte) 0xE4)
                    .put(at + 4, (byte) 1)
                    .put(at + 5, (byte) 3)
                    .put(at + 7, (byte) naa.length);
            list.put(at + 8, naa).putShort(at + 30, (short) 512);
            at += 32;
        }
        list.put(at, (byte) 2).putShort(at + 2, (short) 24).putShort(at + 6, (short) 1);
        list.putShort(at + 10, (short) blocks).putLong(at + 12, sourceLba).putLong(at + 20, destinationLba);
        return list.array();
    }
}
