package dev.sandstone.system;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** An ESXi host: one initiator name with a session over each portal, and the commands as it builds them. */
final class EsxiHost implements AutoCloseable {
    static final String ESX1 = "iqn.1998-01.com.vmware:esx1";
    static final String ESX2 = "iqn.1998-01.com.vmware:esx2";
    static final int BLOCK = 512;
    static final int MIB_BLOCKS = 2048;

    /** SIMPLE is 1. */
    static final int ORDERED = 2;

    static final int ABORT_TASK = 1;

    /** As the software initiator of ESXi numbers its sessions: 00 02 3D, then a qualifier for each path. */
    private static final long ISID = 0x00023D_000001L;

    /** More unit attentions than can wait on a nexus, so a loop that heeds them ends. */
    private static final int MOST_ATTENTIONS = 20;

    private final San san;
    private final String name;
    private final String target;
    private final List<IscsiSession> paths = new ArrayList<>();
    private final Set<String> heard = new TreeSet<>();

    private EsxiHost(San san, String name, String target) {
        this.san = san;
        this.name = name;
        this.target = target;
    }

    /** Logs in over every portal of the array and takes the unit attentions of new nexuses. */
    static EsxiHost login(San san, String name, JsonNode... volumes) throws IOException {
        EsxiHost host = new EsxiHost(san, name, volumes[0].get("iqn").asString());
        for (int path = 0; path < san.ready().get("portals").size(); path++) {
            host.paths.add(IscsiSession.open(host.options(path)));
            for (JsonNode volume : volumes) {
                host.attentions(path, lun(volume));
            }
        }
        return host;
    }

    static int lun(JsonNode volume) {
        return volume.get("lun").asInt();
    }

    static InetSocketAddress portal(San san, int path) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(path)));
    }

    private SessionOptions options(int path) {
        return SessionOptions.to(portal(san, path), name).withTarget(target).withIsid(ISID + path);
    }

    int paths() {
        return paths.size();
    }

    IscsiSession path(int number) {
        return paths.get(number);
    }

    /** Logs in again over a path that was lost: the same initiator port, so the same nexus as before. */
    void restore(int path) throws IOException {
        paths.set(path, IscsiSession.open(options(path)));
    }

    /** One command; unit attentions are taken, and it is sent again, as the host does. */
    ScsiResult heeding(int path, ScsiRequest request) throws IOException {
        ScsiResult result = path(path).execute(request);
        for (int told = 0; told < MOST_ATTENTIONS && result.senseKey() == 6; told++) {
            heard.add(nexus(path, request.lun()) + word(result));
            result = path(path).execute(request);
        }
        return result;
    }

    private static String nexus(int path, long lunField) {
        return "path " + path + ", LUN field " + lunField + ": ";
    }

    /** Whether that unit attention was reported to that nexus since {@link #forget}, or is now. */
    boolean heard(int path, int lun, String word) throws IOException {
        attentions(path, lun).forEach(told -> heard.add(nexus(path, ScsiRequest.lun(lun)) + told));
        return heard.contains(nexus(path, ScsiRequest.lun(lun)) + word);
    }

    void forget() {
        heard.clear();
    }

    /** The same, in one word. */
    String outcome(int path, ScsiRequest request) throws IOException {
        return word(heeding(path, request));
    }

    /** Data-In of a command that must end with GOOD. */
    byte[] in(int path, int lun, byte[] cdb, int bytes) throws IOException {
        return heeding(path, ScsiRequest.in(lun, cdb, bytes)).requireGood().dataIn();
    }

    byte[] read(int path, int lun, long lba, int blocks) throws IOException {
        return in(path, lun, Cdb.read16(lba, blocks), blocks * BLOCK);
    }

    /** Takes what waits on the nexus: TEST UNIT READY until it ends without a unit attention. */
    List<String> attentions(int path, int lun) throws IOException {
        List<String> told = new ArrayList<>();
        ScsiResult result = path(path).execute(ScsiRequest.of(lun, Cdb.testUnitReady()));
        while (result.senseKey() == 6 && told.size() < MOST_ATTENTIONS) {
            told.add(word(result));
            result = path(path).execute(ScsiRequest.of(lun, Cdb.testUnitReady()));
        }
        return told;
    }

    /** GOOD, CONFLICT, BUSY, or sense key, code and qualifier. */
    static String word(ScsiResult result) {
        return switch (result.status()) {
            case ScsiResult.GOOD -> "GOOD";
            case ScsiResult.BUSY, ScsiResult.TASK_SET_FULL -> "BUSY";
            case ScsiResult.RESERVATION_CONFLICT -> "CONFLICT";
            default -> String.format(Locale.ROOT, "%02X/%02X/%02X", result.senseKey(), result.asc(), result.ascq());
        };
    }

    @Override
    public void close() throws IOException {
        for (IscsiSession path : paths) {
            path.close();
        }
    }

    // the commands

    static ScsiRequest write(int lun, long lba, byte[] data) {
        return ScsiRequest.out(lun, Cdb.write16(lba, data.length / BLOCK), data);
    }

    /** Zeroing: WRITE SAME(16) of a block of zeros, without UNMAP. */
    static ScsiRequest zero(int lun, long lba, int blocks) {
        return ScsiRequest.out(lun, Cdb.writeSame16(lba, blocks, false), new byte[BLOCK]);
    }

    /** ATS: COMPARE AND WRITE of one block. */
    static ScsiRequest ats(int lun, long lba, byte[] test, byte[] set) {
        byte[] both = Arrays.copyOf(test, 2 * BLOCK);
        System.arraycopy(set, 0, both, BLOCK, BLOCK);
        return ScsiRequest.out(lun, Cdb.compareAndWrite(lba, 1), both);
    }

    /** UNMAP of ranges, each an LBA and a number of blocks. */
    static ScsiRequest unmap(int lun, long[]... ranges) {
        ByteBuffer list = ByteBuffer.allocate(8 + 16 * ranges.length);
        list.putShort((short) (list.capacity() - 2)).putShort((short) (list.capacity() - 8));
        list.position(8);
        for (long[] range : ranges) {
            list.putLong(range[0]).putInt((int) range[1]).putInt(0);
        }
        return ScsiRequest.out(lun, Cdb.unmap(list.capacity()), list.array());
    }

    static byte[] reserve6() {
        return new byte[] {0x16, 0, 0, 0, 0, 0};
    }

    static byte[] release6() {
        return new byte[] {0x17, 0, 0, 0, 0, 0};
    }

    static byte[] modeSense6(int page) {
        return new byte[] {0x1A, 0, (byte) page, 0, (byte) 0xFC, 0};
    }

    static byte[] reportLuns(int selectReport) {
        byte[] cdb = Cdb.reportLuns(4096);
        cdb[2] = (byte) selectReport;
        return cdb;
    }

    static byte[] reportTargetPortGroups() {
        return new byte[] {(byte) 0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0};
    }

    static byte[] persistentReserveIn(int serviceAction) {
        return new byte[] {0x5E, (byte) serviceAction, 0, 0, 0, 0, 0, 2, 0, 0};
    }

    /** PERSISTENT RESERVE OUT with both keys, for a type of reservation or 0. */
    static ScsiRequest persistentReserveOut(int lun, int serviceAction, int type, long key, long newKey) {
        byte[] list = ByteBuffer.allocate(24).putLong(key).putLong(newKey).array();
        byte[] cdb = {0x5F, (byte) serviceAction, (byte) type, 0, 0, 0, 0, 0, (byte) list.length, 0};
        return ScsiRequest.out(lun, cdb, list);
    }

    /** A block of which each word says the number. */
    static byte[] stamped(int number) {
        return stamped(number, BLOCK);
    }

    static byte[] stamped(int number, int bytes) {
        ByteBuffer block = ByteBuffer.allocate(bytes);
        while (block.hasRemaining()) {
            block.putInt(number).putInt(block.position());
        }
        return block.array();
    }
}
