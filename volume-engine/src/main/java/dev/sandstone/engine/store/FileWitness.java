package dev.sandstone.engine.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The witness in a file beside the metadata: a line with the generation, a line for each disk. */
public final class FileWitness implements Witness {
    private static final Logger LOG = LoggerFactory.getLogger(FileWitness.class);
    private static final int UUID_CHARACTERS = 36;

    private final SafeFile file;
    private final List<Place> places = new ArrayList<>();
    private long generation;

    /** Reads what is there. */
    public FileWitness(Path path) throws StoreException {
        file = new SafeFile(path);
        byte[] content = file.read();
        if (content == null) {
            return;
        }
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        try {
            generation = Long.parseLong(lines.get(0));
            for (String line : lines.subList(1, lines.size())) {
                places.add(new Place(
                        UUID.fromString(line.substring(0, UUID_CHARACTERS)),
                        Path.of(line.substring(UUID_CHARACTERS + 1))));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.warn("{} does not say where the disks are: {}", path, e.toString());
        }
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public List<Place> places() {
        return List.copyOf(places);
    }

    @Override
    public void saw(long newest, List<Place> where) throws StoreException {
        StringBuilder text = new StringBuilder().append(newest).append('\n');
        for (Place place : where) {
            text.append(place.disk()).append(' ').append(place.path()).append('\n');
        }
        file.write(text.toString().getBytes(StandardCharsets.UTF_8));
        generation = newest;
        places.clear();
        places.addAll(where);
    }
}
