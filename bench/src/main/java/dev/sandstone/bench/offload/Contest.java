package dev.sandstone.bench.offload;

import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hosts contend for blocks by COMPARE AND WRITE, as clusters do for their locks: each replaces the version it has seen by
 * the next one, signed by itself. Every version must have one winner, and stand on the disk as that one wrote it.
 */
final class Contest {
    private static final int HOSTS = 8;
    private static final int BLOCKS = 4;
    private static final int BLOCK_BYTES = 512;
    /** A contest where fewer than one of so many commands lost was none. */
    private static final int LEAST_LOST = 10;

    private final OffloadArray array;
    private final long commands;
    private final AtomicLong left;
    private final AtomicLong lost = new AtomicLong();
    /** Who has won which version, for each block; that several won one would show. */
    private final List<ConcurrentHashMap<Long, Integer>> winners = new ArrayList<>();

    private final List<String> faults = new ArrayList<>();

    Contest(OffloadArray array, long commands) {
        this.array = array;
        this.commands = commands;
        this.left = new AtomicLong(commands);
        for (int i = 0; i < BLOCKS; i++) {
            winners.add(new ConcurrentHashMap<>());
        }
    }

    /** Prints its rows; what is not as it must be is answered. */
    List<String> run() throws IOException {
        Volumes.View volume = array.create("contested", 1 << 20, "durable");
        List<IscsiSession> sessions = new ArrayList<>();
        for (int host = 0; host < HOSTS; host++) {
            sessions.add(array.login(volume, host));
        }
        IscsiDisk any = IscsiDisk.open(sessions.get(0), volume.lun());
        for (int block = 0; block < BLOCKS; block++) {
            any.write(block, content(block, 0, HOSTS));
        }
        long begun = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                HOSTS, Thread.ofPlatform().name("host-", 0).factory())) {
            List<Future<?>> ends = new ArrayList<>();
            for (int host = 0; host < HOSTS; host++) {
                int self = host;
                IscsiDisk disk = IscsiDisk.open(sessions.get(host), volume.lun());
                ends.add(threads.submit(() -> {
                    contend(disk, self);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        for (int block = 0; block < BLOCKS; block++) {
            judge(any, block);
        }
        report(seconds);
        for (IscsiSession session : sessions) {
            session.logout();
        }
        return faults;
    }

    private void contend(IscsiDisk disk, int self) throws IOException {
        SplittableRandom random = new SplittableRandom(self);
        byte[][] known = new byte[BLOCKS][];
        for (int block = 0; block < BLOCKS; block++) {
            known[block] = seen(disk, block);
        }
        while (left.getAndDecrement() > 0) {
            int block = random.nextInt(BLOCKS);
            long version = version(known[block]) + 1;
            byte[] next = content(block, version, self);
            if (disk.compareAndWrite(block, known[block], next)) {
                Integer other = winners.get(block).put(version, self);
                if (other != null) {
                    fault("version " + version + " of block " + block + " was won by " + other + " and " + self);
                }
                known[block] = next;
            } else {
                lost.incrementAndGet();
                known[block] = seen(disk, block);
            }
        }
    }

    /** What the block holds now: some version, whole. */
    private byte[] seen(IscsiDisk disk, int block) throws IOException {
        byte[] now = disk.read(block, 1);
        ByteBuffer signed = ByteBuffer.wrap(now);
        long version = signed.getLong(0);
        int winner = signed.getInt(8);
        if (!ByteBuffer.wrap(now).equals(ByteBuffer.wrap(content(block, version, winner)))) {
            fault("block " + block + " is not whole at version " + version);
        }
        return now;
    }

    private void judge(IscsiDisk disk, int block) throws IOException {
        ConcurrentHashMap<Long, Integer> won = winners.get(block);
        byte[] last = seen(disk, block);
        long version = version(last);
        if (version != won.size()) {
            fault("block " + block + " is at version " + version + " after " + won.size() + " winners");
        }
        for (long each = 1; each <= version; each++) {
            if (!won.containsKey(each)) {
                fault("nobody has won version " + each + " of block " + block);
            }
        }
        Integer winner = won.get(version);
        if (winner != null && winner != ByteBuffer.wrap(last).getInt(8)) {
            fault("the last version of block " + block + " is not of its winner");
        }
    }

    private void report(double seconds) {
        long winning = winners.stream().mapToLong(ConcurrentHashMap::size).sum();
        if (winning + lost.get() != commands) {
            fault(winning + " winners and " + lost.get() + " losers of " + commands);
        }
        System.out.println("| COMPARE AND WRITE of " + HOSTS + " initiators on " + BLOCKS + " blocks | " + commands
                + String.format(Locale.ROOT, " in %.0f s, %.0f a second |", seconds, commands / seconds));
        System.out.println("| of these | " + winning + " won, each version once; " + lost.get() + " miscompared |");
        if (lost.get() < commands / LEAST_LOST) {
            fault("there was next to no contention");
        }
    }

    private static long version(byte[] block) {
        return ByteBuffer.wrap(block).getLong(0);
    }

    /** A block's version, its author, and bytes that follow from both. */
    private static byte[] content(int block, long version, int author) {
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES).putLong(version).putInt(author);
        SplittableRandom random = new SplittableRandom(version * (HOSTS + 1) + author + ((long) block << 48));
        while (bytes.remaining() >= Integer.BYTES) {
            bytes.putInt(random.nextInt());
        }
        return bytes.array();
    }

    private synchronized void fault(String what) {
        faults.add(what);
    }
}
