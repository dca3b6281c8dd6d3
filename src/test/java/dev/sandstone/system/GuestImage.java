package dev.sandstone.system;

import dev.sandstone.rules.ProjectRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** What a guest consists of: Debian's packages on this machine, and one of its kernels. */
enum GuestImage {
    /** The small kernel for virtual machines, an initiator and file systems. */
    DISK("", "linux-image-cloud-amd64", "", ""),

    /** The full kernel, which knows of asymmetric access, with multipathing and the tools that send SCSI commands. */
    SCSI("scsi", "linux-image-amd64", "sg_vpd multipathd dmsetup", "sg3-utils multipath-tools dmsetup");

    private static final String PACKAGES =
            "qemu-system-x86 busybox-static open-iscsi e2fsprogs xfsprogs udev nftables cpio kmod xz-utils ";
    private static final String PROGRAMS =
            "qemu-system-x86_64 busybox iscsid mkfs.ext4 mkfs.xfs udevadm nft cpio modprobe xz ";

    private final String flavour;
    private final String kernelPackage;
    private final String programs;
    private final String packages;

    GuestImage(String flavour, String kernelPackage, String programs, String packages) {
        this.flavour = flavour;
        this.kernelPackage = kernelPackage;
        this.programs = programs;
        this.packages = PACKAGES + kernelPackage + " " + packages;
    }

    /** Requires the packages, see {@link Tools#require}. */
    void require() {
        for (String program : (PROGRAMS + programs).strip().split(" ", -1)) {
            Tools.require(program, packages);
        }
        Tools.demand(!kernel().isEmpty(), "no such kernel under /boot: apt-get install " + kernelPackage);
    }

    /** The newest kernel's version, or empty. */
    String kernel() {
        try (Stream<Path> files = Files.list(Path.of("/boot"))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.startsWith("vmlinuz-"))
                    .filter(f -> f.contains("cloud") == kernelPackage.contains("cloud"))
                    .map(f -> f.substring("vmlinuz-".length()))
                    .max(Comparator.naturalOrder())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** The first file system, made in that folder when it is not there yet; beside it {@code .kernel}, which boots it. */
    Path in(Path folder) throws IOException {
        Path image = folder.resolve("guest" + flavour + ".cpio");
        if (!Files.exists(image)) {
            Path script = ProjectRoot.path().resolve("src/test/guest/build-image");
            Tools.must(Duration.ofMinutes(3), "bash", script.toString(), kernel(), image.toString(), flavour);
        }
        return image;
    }
}
