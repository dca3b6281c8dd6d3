package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An open pool, and what each of its volumes and moments must hold. For a thread that is not the loop. */
final class FrozenWorld {
    private static final int UNIT = 8;
    private static final long PAUSE_MILLIS = 50;
    private static final int MOST_TRIES = 200;
    private static final long STALL_MILLIS = 4_000;

    private final Map<UUID, FrozenContent> volumes = new LinkedHashMap<>();
    private final Map<UUID, FrozenContent> snapshots = new LinkedHashMap<>();
    private final List<Object[]> marks = new ArrayList<>();
    private final List<Object[]> unknown = new ArrayList<>();
    private final List<Object[]> annexes = new ArrayList<>();
    private Pool pool;
    private int operations;

    FrozenWorld(Pool pool) {
        this.pool = pool;
    }

    /** The pool was opened again. */
    void reopened(Pool again) {
        pool = again;
    }

    /** Takes over what was there before. */
    void adopt(FrozenManifest manifest) {
        operations = 1 << 20;
        manifest.of("volume").forEach(line -> volumes.put(line.uuid(0), line.content(4)));
        manifest.of("snapshot").forEach(line -> snapshots.put(line.uuid(0), line.content(4)));
    }

    Map<UUID, FrozenContent> volumes() {
        return volumes;
    }

    Map<UUID, FrozenContent> snapshots() {
        return snapshots;
    }

    Volume volume(UUID id) {
        return pool.volume(new VolumeId(id)).orElseThrow();
    }

    Volume view(UUID snapshot) throws Exception {
        return done(pool.timeline().view(new SnapshotId(snapshot)));
    }

    private FrozenContent content(UUID id) {
        FrozenContent content = volumes.get(id);
        if (content == null) {
            throw new IllegalStateException("no volume " + id);
        }
        return content;
    }

    static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void ok(String what, SyncVolume.Outcome outcome) {
        if (!outcome.ok()) {
            throw new IllegalStateException(what + " ended with " + outcome);
        }
    }

    // data; places and lengths in sectors of 512 bytes, but where units of 4 KiB are said

    void create(UUID id, int blocks, WritePolicy policy) throws Exception {
        done(pool.create(new VolumeSpec(new VolumeId(id), blocks, policy)));
        volumes.put(id, new FrozenContent(blocks));
    }

    void write(UUID id, int lba, int count, boolean fua) {
        FrozenContent content = content(id);
        content.write(++operations, lba, count);
        ByteBuffer bytes = content.bytes(lba, count);
        ok("a write", SyncVolume.await(done -> volume(id).write(lba, bytes, fua, done)));
    }

    /** So many whole units, in writes of 16 of them at most. */
    void fill(UUID id, int unit, int units) {
        for (int at = unit; at < unit + units; at += 16) {
            write(id, at * UNIT, Math.min(16, unit + units - at) * UNIT, false);
        }
    }

    void compareAndWrite(UUID id, int lba, int count) {
        FrozenContent content = content(id);
        ByteBuffer old = content.bytes(lba, count);
        content.write(++operations, lba, count);
        ByteBuffer fresh = content.bytes(lba, count);
        ok("a compare and write", SyncVolume.await(done -> volume(id).compareAndWrite(lba, old, fresh, false, done)));
    }

    void unmap(UUID id, int unit, int units) {
        content(id).blank(unit * UNIT, units * UNIT);
        BlockRange range = new BlockRange((long) unit * UNIT, (long) units * UNIT);
        ok("an unmap", SyncVolume.await(done -> volume(id).unmap(List.of(range), done)));
    }

    void zeros(UUID id, int lba, int count) {
        content(id).blank(lba, count);
        ok("zeros", SyncVolume.await(done -> volume(id).writeZeros(new BlockRange(lba, count), false, done)));
    }

    /** A copy by reference of whole units. */
    void share(UUID from, int unit, UUID to, int at, int units) throws Exception {
        int shared = 0;
        for (int tries = 0; shared < units * UNIT; tries++) {
            long source = (long) unit * UNIT + shared;
            BlockRange rest = new BlockRange((long) at * UNIT + shared, (long) units * UNIT - shared);
            SyncVolume.Outcome outcome = SyncVolume.await(done -> volume(to).share(volume(from), source, rest, done));
            ok("a copy by reference", outcome);
            shared += (int) outcome.detail();
            if (tries == MOST_TRIES) {
                throw new IllegalStateException("the copy by reference never ends");
            }
            if (shared < units * UNIT) {
                Thread.sleep(PAUSE_MILLIS); // segments that are being cleaned just then lend nothing
            }
        }
        content(to).copy(content(from), unit * UNIT, at * UNIT, units * UNIT);
    }

    void annex(UUID id, int kind, byte[] bytes) {
        ok("an annex", SyncVolume.await(done -> {
            volume(id).loop().run(() -> volume(id).keepAnnex(kind, bytes, done));
        }));
        annexes.add(new Object[] {id, kind, HexFormat.of().formatHex(bytes)});
    }

    void flush() {
        volumes.keySet()
                .forEach(id -> ok("a flush", SyncVolume.await(done -> volume(id).flush(done))));
    }

    // volumes and moments

    void resize(UUID id, int blocks) throws Exception {
        done(pool.resize(new VolumeId(id), blocks));
        content(id).resize(blocks);
    }

    void destroy(UUID id) throws Exception {
        done(pool.destroy(new VolumeId(id)));
        volumes.remove(id);
    }

    /** Snapshot and volume by turns, all of one moment. */
    void take(UUID... pairs) throws Exception {
        List<Timeline.SnapshotSpec> members = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            members.add(new Timeline.SnapshotSpec(new SnapshotId(pairs[i]), new VolumeId(pairs[i + 1])));
            snapshots.put(pairs[i], content(pairs[i + 1]).copy());
        }
        done(pool.timeline().take(members));
    }

    void delete(UUID snapshot) throws Exception {
        done(pool.timeline().delete(List.of(new SnapshotId(snapshot))));
        snapshots.remove(snapshot);
    }

    void cloneNow(UUID id, UUID source) throws Exception {
        clone(id, source, new Moment.Now(), content(source));
    }

    void cloneOf(UUID id, UUID source, UUID snapshot) throws Exception {
        clone(id, source, new Moment.Of(new SnapshotId(snapshot)), snapshot(snapshot));
    }

    private void clone(UUID id, UUID source, Moment moment, FrozenContent content) throws Exception {
        VolumeId of = new VolumeId(source);
        done(pool.timeline().clone(new Timeline.CloneSpec(new VolumeId(id), of, moment, WritePolicy.DURABLE)));
        volumes.put(id, content.copy());
    }

    private FrozenContent snapshot(UUID id) {
        FrozenContent content = snapshots.get(id);
        if (content == null) {
            throw new IllegalStateException("no snapshot " + id);
        }
        return content;
    }

    /** Volume, snapshot to go back to, and snapshot for what it was, by turns; all at one record. */
    void rollback(UUID... triples) throws Exception {
        List<Timeline.RollbackSpec> members = new ArrayList<>();
        for (int i = 0; i < triples.length; i += 3) {
            Moment to = new Moment.Of(new SnapshotId(triples[i + 1]));
            members.add(new Timeline.RollbackSpec(new VolumeId(triples[i]), to, new SnapshotId(triples[i + 2])));
            snapshots.put(triples[i + 2], content(triples[i]).copy());
            volumes.put(triples[i], snapshot(triples[i + 1]).copy());
        }
        done(pool.timeline().rollback(members));
    }

    void window(UUID id, Duration window) throws Exception {
        done(pool.timeline().setRewindWindow(new VolumeId(id), window));
    }

    /** Waits until a mark of the volume shows what it holds now. */
    void mark(UUID id) throws Exception {
        Thread.sleep(TimeUnit.SECONDS.toMillis(3));
        long micros = volume(id).loop().wallClockMicros();
        marks.add(new Object[] {id, micros, content(id).encode()});
    }

    /** Changes a unit in the loop and keeps that busy, so that the next mark is late. There is a time nobody knows of then. */
    void lateMark(UUID id, int unit) throws Exception {
        FrozenContent content = content(id);
        content.write(++operations, unit * UNIT, UNIT);
        ByteBuffer bytes = content.bytes(unit * UNIT, UNIT);
        Volume volume = volume(id);
        long begun = volume.loop().wallClockMicros();
        ok(
                "a write",
                SyncVolume.await(done -> volume.loop().execute(() -> {
                    volume.write((long) unit * UNIT, bytes, false, done);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS));
                })));
        // The mark was due within a second, and came when the loop was free again.
        unknown.add(new Object[] {id, begun + TimeUnit.MILLISECONDS.toMicros(STALL_MILLIS * 3 / 4)});
        mark(id);
    }

    // what is there

    /** Tells all that is there and where it lies; nothing may be under way. */
    void describe(FrozenManifest manifest) throws Exception {
        // Versions that were moved are shown where they lie once that is folded.
        done(pool.usage());
        for (Map.Entry<UUID, FrozenContent> volume : volumes.entrySet()) {
            VolumeId id = new VolumeId(volume.getKey());
            Volume shown = volume(volume.getKey());
            long window = done(pool.timeline().rewind(id)).window().toSeconds();
            String content = volume.getValue().encode();
            manifest.add("volume", id.uuid(), shown.writePolicy(), window, FrozenLook.places(shown), content);
        }
        for (Snapshot taken : pool.timeline().snapshots()) {
            UUID id = taken.id().uuid();
            Volume view = view(id);
            String content = snapshot(id).encode();
            manifest.add("snapshot", id, taken.volume().uuid(), taken.lsn(), FrozenLook.places(view), content);
        }
        marks.forEach(mark -> manifest.add("mark", mark));
        unknown.forEach(time -> manifest.add("unknown", time));
        annexes.forEach(annex -> manifest.add("annex", annex));
    }

    /** Volumes and snapshots are those that there must be, and hold what they must. */
    void verify() throws Exception {
        List<UUID> found = pool.volumes().stream()
                .map(volume -> volume.id().uuid())
                .sorted()
                .toList();
        same("the volumes", found, volumes.keySet().stream().sorted().toList());
        List<UUID> taken = pool.timeline().snapshots().stream()
                .map(snapshot -> snapshot.id().uuid())
                .sorted()
                .toList();
        same("the snapshots", taken, snapshots.keySet().stream().sorted().toList());
        for (Map.Entry<UUID, FrozenContent> volume : volumes.entrySet()) {
            shows(volume(volume.getKey()), volume.getValue());
        }
        for (Map.Entry<UUID, FrozenContent> snapshot : snapshots.entrySet()) {
            shows(view(snapshot.getKey()), snapshot.getValue());
        }
    }

    private static void same(String what, Object found, Object expected) {
        if (!found.equals(expected)) {
            throw new AssertionError(what + " are " + found + ", not " + expected);
        }
    }

    static void shows(Volume shown, FrozenContent content) {
        same("the blocks of " + shown.id(), (int) shown.blocks(), content.blocks());
        ByteBuffer unit = ByteBuffer.allocateDirect(UNIT * VolumeSpec.BLOCK_BYTES);
        for (int lba = 0; lba < content.blocks(); lba += UNIT) {
            int from = lba;
            ok("a read", SyncVolume.await(done -> shown.read(from, unit, done)));
            if (!unit.equals(content.bytes(lba, UNIT))) {
                throw new AssertionError("volume or snapshot " + shown.id() + " holds wrong data at block " + lba + ": "
                        + Long.toHexString(unit.getLong(0)));
            }
        }
    }
}
