package dev.sandstone.bench.offload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Copies by EXTENDED COPY beside copies by the initiator, then blocks that eight initiators contend for. */
public final class Offload {
    private static final long MIB = 1 << 20;
    private static final long ROOM_MIB = 1024;

    private Offload() {}

    /** Arguments: the checkout, a folder for data, MiB to copy, how many COMPARE AND WRITEs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int mib = Integer.parseInt(args[2]);
        List<String> faults = new ArrayList<>();
        try (OffloadArray array = new OffloadArray(Path.of(args[0]), Path.of(args[1]), (6L * mib + ROOM_MIB) * MIB)) {
            System.out.println("| " + mib + " MiB | |\n|---|---|");
            faults.addAll(new Copies(array, mib).run());
            faults.addAll(new Contest(array, Long.parseLong(args[3])).run());
            faults.addAll(array.check().findings());
        }
        faults.stream().distinct().limit(20).forEach(System.out::println);
        System.exit(faults.isEmpty() ? 0 : 1);
    }
}
