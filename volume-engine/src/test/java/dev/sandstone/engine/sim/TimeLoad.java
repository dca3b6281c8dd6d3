package dev.sandstone.engine.sim;

import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes, reads and deletes snapshots, clones, detaches, rolls back and destroys volumes while the load goes on, and judges what the
 * moments show, also after a crash: a snapshot that was there is there and shows what it showed; one that was being taken or
 * deleted is there or not; a volume that was going back has done so exactly when its undo snapshot is there.
 */
final class TimeLoad {
    private static final int MOST_SNAPSHOTS = 4;
    private static final int MOST_VOLUMES = 4;
    private static final int MOST_READ = 400;
    private static final int READ_AT_ONCE = 256;

    private final Host host;
    private final Random random;
    private final long seed;
    private final Map<SnapshotId, Taken> taken = new LinkedHashMap<>();
    private final Map<SnapshotId, Going> goingBack = new LinkedHashMap<>();
    private final List<Group> coming = new ArrayList<>();
    private final Map<VolumeId, Picture> cloning = new HashMap<>();
    private final Set<VolumeId> destroying = new HashSet<>();
    private @Nullable SimProblem problem;
    private long ids;

    /** What it needs of the simulation. */
    interface Host {
        Pool pool();

        Workload.Clock clock();

        Map<VolumeId, Workload> volumes();

        void adopt(VolumeOracle oracle, Volume volume);

        int nextTag();

        <T extends @Nullable Object> T await(String what, CompletionStage<T> stage);

        /** All bytes of a volume or view, which must be readable. */
        default ByteBuffer all(Volume volume) {
            int blocks = Math.toIntExact(volume.blocks());
            ByteBuffer bytes = ByteBuffer.allocateDirect(blocks * Content.SECTOR);
            for (int lba = 0; lba < blocks; lba += READ_AT_ONCE) {
                int count = Math.min(READ_AT_ONCE, blocks - lba);
                ByteBuffer window = bytes.slice(lba * Content.SECTOR, count * Content.SECTOR);
                CompletableFuture<String> answer = new CompletableFuture<>();
                volume.read(lba, window, (status, detail) -> answer.complete(status + " " + detail));
                String status = await("a read", answer);
                if (!"OK 0".equals(status)) {
                    throw new SimProblem("a read of " + volume.id() + " at " + lba + " ends with " + status);
                }
            }
            return bytes;
        }

        /** Lets what is under way end. */
        void quiesce();

        long wallClockMicros();
    }

    private enum State {
        COMING,
        THERE,
        GOING
    }

    /** A snapshot that was asked for. */
    static final class Taken {
        private final SnapshotId id;
        private final VolumeId volume;
        private final Picture picture;
        private State state = State.COMING;

        private Taken(SnapshotId id, VolumeId volume, Picture picture) {
            this.id = id;
            this.volume = volume;
            this.picture = picture;
        }
    }

    /** A volume that goes back. */
    private record Going(Taken before, VolumeOracle.Back back) {}

    /** What one record makes: all of it or nothing. */
    private record Group(List<Taken> members) {}

    TimeLoad(Host host, Random random, long seed) {
        this.host = host;
        this.random = random;
        this.seed = seed;
    }

    void step() {
        tell();
        switch (random.nextInt(13)) {
            case 0, 1, 2 -> take();
            case 3, 4 -> delete();
            case 5, 6 -> look();
            case 7 -> cloneOne();
            case 8 -> goBack();
            case 9 -> goBackTogether();
            case 10, 11 -> detach();
            default -> destroy();
        }
    }

    SnapshotId newId() {
        return new SnapshotId(new UUID(~seed, ++ids));
    }

    <T> @Nullable T one(List<T> those) {
        return those.isEmpty() ? null : those.get(random.nextInt(those.size()));
    }

    private @Nullable Taken there() {
        return one(taken.values().stream()
                .filter(snapshot -> snapshot.state == State.THERE)
                .toList());
    }

    /** The status of what failed; null when it did not. A failure that nothing explains is a problem. */
    @Nullable
    EngineStatus status(String what, @Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        EngineStatus status = cause instanceof EngineException why ? why.status() : null;
        if (status == null || (!refused(status) && !host.clock().mayFail(status))) {
            throw new SimProblem(what + " ended with " + cause);
        }
        return status;
    }

    static boolean refused(EngineStatus status) {
        return status == EngineStatus.SPACE_EXHAUSTED || status == EngineStatus.BUSY;
    }

    <T> void start(String what, CompletionStage<T> stage, Consumer<@Nullable EngineStatus> ended) {
        host.clock().began();
        host.clock().note(what);
        stage.whenComplete((answer, failure) -> {
            host.clock().ended();
            heard(() -> {
                EngineStatus status = status(what, failure);
                host.clock().note(what + " ends with " + (status == null ? "OK" : status));
                ended.accept(status);
            });
        });
    }

    /** A stage would keep to itself what its listeners throw. */
    private void heard(Runnable judging) {
        try {
            judging.run();
        } catch (SimProblem found) {
            problem = problem == null ? found : problem;
        }
    }

    void tell() {
        if (problem != null) {
            throw problem;
        }
    }

    // snapshots

    private void take() {
        if (taken.size() >= MOST_SNAPSHOTS || host.volumes().isEmpty()) {
            return;
        }
        boolean all = random.nextBoolean();
        VolumeId only = List.copyOf(host.volumes().keySet())
                .get(random.nextInt(host.volumes().size()));
        List<VolumeId> some = (all ? List.copyOf(host.volumes().keySet()) : List.of(only))
                .stream()
                        .filter(volume -> !load(volume).oracle().resizing().underWay())
                        .toList();
        if (!some.isEmpty()) {
            take(some);
        }
    }

    /** Takes a snapshot of each, at one moment. */
    void take(List<VolumeId> volumes) {
        List<Timeline.SnapshotSpec> specs = new ArrayList<>();
        List<Taken> group = new ArrayList<>();
        volumes.forEach(volume -> {
            SnapshotId id = newId();
            specs.add(new Timeline.SnapshotSpec(id, volume));
            group.add(new Taken(id, volume, pictureNow("snapshot " + id.uuid().getLeastSignificantBits(), volume)));
        });
        long began = tick();
        group.forEach(one -> taken.put(one.id, one));
        Group whole = new Group(group);
        coming.add(whole);
        start("taking " + specs, host.pool().timeline().take(specs), status -> {
            if (status == null || refused(status)) {
                coming.remove(whole);
            }
            for (Taken one : group) {
                one.picture.close();
                Workload load = host.volumes().get(one.volume);
                if (status == null) {
                    one.state = State.THERE;
                    if (load != null) {
                        load.oracle().flushed(began);
                    }
                } else if (refused(status)) {
                    taken.remove(one.id);
                }
            }
        });
    }

    Picture pictureNow(String name, VolumeId volume) {
        return new Picture(name, load(volume).oracle(), tick());
    }

    private Workload load(VolumeId volume) {
        Workload load = host.volumes().get(volume);
        if (load == null) {
            throw new IllegalStateException("no load on " + volume);
        }
        return load;
    }

    /** A snapshot is there that shows what its volume holds now. */
    void found(SnapshotId id, VolumeId volume) {
        Taken one = new Taken(id, volume, pictureNow("snapshot " + id, volume));
        one.picture.close();
        one.state = State.THERE;
        taken.put(id, one);
    }

    private long tick() {
        return host.clock().tick();
    }

    private void delete() {
        List<Taken> some = taken.values().stream()
                .filter(snapshot -> snapshot.state == State.THERE && random.nextBoolean())
                .toList();
        if (!some.isEmpty()) {
            delete(some);
        }
    }

    /** The oldest snapshot that is there; null when none is. */
    @Nullable
    Taken oldest() {
        return taken.values().stream()
                .filter(snapshot -> snapshot.state == State.THERE)
                .findFirst()
                .orElse(null);
    }

    void delete(List<Taken> some) {
        some.forEach(one -> one.state = State.GOING);
        List<SnapshotId> gone = some.stream().map(one -> one.id).toList();
        start("deleting " + gone, host.pool().timeline().delete(gone), status -> {
            if (status == null) {
                gone.forEach(taken::remove);
            } else if (refused(status)) {
                throw new SimProblem("I19: deleting snapshots gives room back and ended with " + status);
            }
        });
    }

    private void look() {
        Taken one = there();
        if (one == null) {
            return;
        }
        int count = 1 + random.nextInt(Math.min(MOST_READ, one.picture.blocks()));
        int lba = random.nextInt(one.picture.blocks() - count + 1);
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Content.SECTOR);
        start(
                "view of " + one.id,
                host.pool().timeline().view(one.id).thenAccept(view -> {
                    host.clock().began();
                    view.read(
                            lba,
                            bytes,
                            (status, detail) -> heard(() -> {
                                host.clock().ended();
                                boolean gone = one.state != State.THERE
                                        && (status == EngineStatus.NOT_FOUND || status == EngineStatus.BUSY);
                                if (status == EngineStatus.OK) {
                                    one.picture.judge(lba, bytes);
                                } else if (!gone
                                        && status != EngineStatus.BUSY
                                        && !host.clock().mayFail(status)) {
                                    throw new SimProblem("a read of snapshot " + one.id + " ended with " + status);
                                }
                            }));
                }),
                status -> {});
    }

    // volumes that begin at a moment

    private void cloneOne() {
        Taken from = random.nextBoolean() ? there() : null;
        Workload source = one(List.copyOf(host.volumes().values()));
        if (source == null
                || host.volumes().size() >= MOST_VOLUMES
                || (from == null && source.oracle().resizing().underWay())) {
            return;
        }
        cloneOf(source.volume().id(), from, random.nextInt(3) == 0 ? WritePolicy.WRITE_BACK : WritePolicy.DURABLE);
    }

    /** Clones a snapshot, or without one what the source holds now. */
    void cloneOf(VolumeId source, @Nullable Taken from, WritePolicy policy) {
        int tag = host.nextTag();
        VolumeId id = new VolumeId(new UUID(seed, tag));
        Picture picture = from == null ? pictureNow("clone " + tag, source) : new Picture("clone " + tag, from.picture);
        VolumeId of = from == null ? source : from.volume;
        Moment moment = from == null ? new Moment.Now() : new Moment.Of(from.id);
        cloning.put(id, picture);
        host.clock().note("cloning " + of + " as of " + moment + " to " + tag);
        Volume clone;
        try {
            clone = host.await("a clone", host.pool().timeline().clone(new Timeline.CloneSpec(id, of, moment, policy)));
        } catch (CompletionException failed) {
            boolean gone = from != null
                    && from.state != State.THERE
                    && failed.getCause() instanceof EngineException why
                    && why.status() == EngineStatus.NOT_FOUND;
            EngineStatus status = gone ? EngineStatus.BUSY : status("a clone", failed);
            if (status != null && refused(status)) {
                cloning.remove(id);
            }
            return;
        }
        picture.close();
        if (host.clock().failing()) {
            // Seen after the next opening.
            return;
        }
        picture.judge(0, host.all(clone));
        cloning.remove(id);
        host.adopt(new VolumeOracle(tag, picture.ids(), policy == WritePolicy.WRITE_BACK, tick()), clone);
    }

    private void goBack() {
        Taken to = there();
        if (to != null && mayGoBack(to)) {
            goBackTo(to);
        }
    }

    private boolean mayGoBack(Taken to) {
        Workload load = host.volumes().get(to.volume);
        return load != null
                && goingBack.isEmpty()
                && !load.oracle().resizing().underWay()
                && !host.clock().failing();
    }

    /** Volumes that belong together go back by one record. */
    private void goBackTogether() {
        Map<VolumeId, Taken> to = new LinkedHashMap<>();
        for (Taken one : taken.values()) {
            if (one.state == State.THERE && mayGoBack(one) && (!to.containsKey(one.volume) || random.nextBoolean())) {
                to.put(one.volume, one);
            }
        }
        if (!to.isEmpty()) {
            goBackTo(List.copyOf(to.values()));
        }
    }

    /** The volume of a snapshot goes back to it. */
    void goBackTo(Taken to) {
        goBackTo(List.of(to));
    }

    private void goBackTo(List<Taken> those) {
        for (Taken to : those) {
            if (!to.picture.isCertain()) {
                Volume view = host.await("a view", host.pool().timeline().view(to.id));
                to.picture.judge(0, host.all(view));
            }
            if (to.picture.blocks() != load(to.volume).oracle().blocks()) {
                // Nothing may be under way that is beyond the end then.
                host.quiesce();
            }
        }
        if (those.stream().anyMatch(to -> to.state != State.THERE)) {
            return;
        }
        List<Timeline.RollbackSpec> specs = new ArrayList<>();
        Map<SnapshotId, Going> group = new LinkedHashMap<>();
        for (Taken to : those) {
            Taken before = undo(to.volume);
            VolumeOracle.Back back = load(to.volume).oracle().goBack(to.picture.ids(), tick());
            group.put(before.id, new Going(before, back));
            specs.add(new Timeline.RollbackSpec(to.volume, new Moment.Of(to.id), before.id));
        }
        goingBack.putAll(group);
        start("going back: " + specs, host.pool().timeline().rollback(specs), status -> {
            group.forEach((undo, going) -> {
                going.before.picture.close();
                if (status == null) {
                    going.before.state = State.THERE;
                    goingBack.remove(undo);
                    going.back.succeed(tick());
                } else if (refused(status)) {
                    taken.remove(undo);
                    goingBack.remove(undo);
                    going.back.refuse(tick());
                }
            });
        });
    }

    boolean isGoingBack(VolumeId volume) {
        return goingBack.values().stream().anyMatch(going -> going.before.volume.equals(volume));
    }

    /** What the volume is now will be a snapshot when it goes back. */
    private Taken undo(VolumeId volume) {
        SnapshotId id = newId();
        Taken before = new Taken(id, volume, pictureNow("undo " + id.uuid().getLeastSignificantBits(), volume));
        taken.put(id, before);
        return before;
    }

    /** The volume is going back to a time; nothing else is under way. */
    SnapshotId goesBack(VolumeId volume) {
        Taken before = undo(volume);
        before.picture.close();
        return before.id;
    }

    /** It has, or was refused. */
    void wentBack(SnapshotId undo, boolean done) {
        Taken before = taken.get(undo);
        if (before != null && done) {
            before.state = State.THERE;
        } else {
            taken.remove(undo);
        }
    }

    /** Nothing that anybody sees may change by it; some volumes come from no other. */
    private void detach() {
        Workload one = one(List.copyOf(host.volumes().values()));
        if (one != null) {
            detach(one);
        }
    }

    void detach(Workload one) {
        VolumeId id = one.volume().id();
        start("detaching " + one.oracle().tag(), host.pool().timeline().detach(id), status -> {});
    }

    private void destroy() {
        if (host.volumes().size() < 2 || host.clock().failing()) {
            return;
        }
        host.quiesce();
        Workload one = one(List.copyOf(host.volumes().values()));
        if (one == null) {
            return;
        }
        VolumeId id = one.volume().id();
        destroying.add(id);
        host.clock().note("destroying " + one.oracle().tag());
        try {
            host.await("the end of a volume", host.pool().destroy(id));
        } catch (CompletionException failed) {
            EngineStatus status = status("destroying a volume", failed);
            if (status != null && refused(status)) {
                throw new SimProblem("I19: destroying a volume gives room back and ended with " + status);
            }
            return;
        }
        host.volumes().remove(id);
    }

    // after a crash

    /** Power was lost: nothing new is in any moment. */
    void crashed() {
        tell();
        taken.values().forEach(one -> one.picture.close());
        cloning.values().forEach(Picture::close);
    }

    /** The pool is open again: what has become of snapshots, before the volumes are judged. */
    void opened() {
        Set<SnapshotId> found = new HashSet<>();
        host.pool().timeline().snapshots().forEach(snapshot -> found.add(snapshot.id()));
        coming.forEach(
                group -> whole(found, group.members.stream().map(one -> one.id).toList()));
        coming.clear();
        whole(found, List.copyOf(goingBack.keySet()));
        for (Snapshot snapshot : host.pool().timeline().snapshots()) {
            Taken one = taken.get(snapshot.id());
            if (one == null) {
                throw new SimProblem("snapshot " + snapshot + " was deleted and is there");
            }
            one.state = State.THERE;
        }
        for (Taken one : List.copyOf(taken.values())) {
            if (!found.contains(one.id)) {
                if (one.state == State.THERE) {
                    throw new SimProblem("snapshot " + one.id + " is gone");
                }
                taken.remove(one.id);
            }
        }
        goingBack.forEach((undo, going) -> {
            if (found.contains(undo)) {
                going.back.succeed(tick());
            } else {
                going.back.refuse(tick());
            }
        });
        goingBack.clear();
    }

    private static void whole(Set<SnapshotId> found, List<SnapshotId> group) {
        long there = group.stream().filter(found::contains).count();
        if (there != 0 && there != group.size()) {
            throw new SimProblem("of " + group + ", which one record makes, only " + there + " are there");
        }
    }

    /** Whether there is a snapshot of that id, as far as is known. */
    boolean has(SnapshotId id) {
        return taken.containsKey(id);
    }

    /** Whether the volume may be gone. */
    boolean mayBeGone(VolumeId id) {
        return destroying.contains(id);
    }

    /** What a volume must hold that was being cloned when power was lost, by what it does; null when it was not. */
    @Nullable
    VolumeOracle cloned(Volume volume, int tag) {
        Picture picture = cloning.remove(volume.id());
        if (picture == null) {
            return null;
        }
        picture.judge(0, host.all(volume));
        return new VolumeOracle(tag, picture.ids(), volume.writePolicy() == WritePolicy.WRITE_BACK, tick());
    }

    /** All moments show what they must. */
    void verify() {
        cloning.clear();
        for (Taken one : List.copyOf(taken.values())) {
            Volume view = host.await("a view", host.pool().timeline().view(one.id));
            one.picture.judge(0, host.all(view));
        }
    }
}
