package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Opens mirrors on disks that tests have made up. */
public final class TestMirrors {
    private TestMirrors() {}

    /** @param disks by name, those that are there */
    public static MirrorStore open(Map<String, FileIo> disks, ShardLoop loop, Witness witness) throws StoreException {
        List<MirrorOpening.Found> found = new ArrayList<>();
        for (Map.Entry<String, FileIo> disk : disks.entrySet()) {
            Path path = Path.of(disk.getKey());
            try {
                found.add(MirrorOpening.Found.disk(path, DiskStore.member(disk.getValue(), loop)));
            } catch (StoreException e) {
                found.add(new MirrorOpening.Found(path, null, e.getMessage()));
            }
        }
        return MirrorOpening.open(found, loop, witness);
    }

    /** Opens a disk that was formatted for a pool that exists. */
    public static SegmentStore member(FileIo disk, ShardLoop loop) throws StoreException {
        return DiskStore.member(disk, loop);
    }
}
