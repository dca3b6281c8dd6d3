package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** libiscsi's own tools against a fresh array. */
final class LibiscsiTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path scratch;

    @Test
    void listsInquiresAndReadsCapacity() throws IOException {
        Tools.require("iscsi-ls", "libiscsi-bin");
        try (San san = San.serve(scratch)) {
            JsonNode volume = san.volume("v1", "64M");
            String uri = volume.get("uris").get(0).asString();
            String iqn = volume.get("iqn").asString();

            String listed = Tools.must(LIMIT, "iscsi-ls", "-s", "iscsi://" + san.portal(0));
            assertThat(listed).contains(iqn).contains("Lun:" + volume.get("lun").asInt());

            assertThat(Tools.must(LIMIT, "iscsi-inq", uri)).contains("SANDSTON").contains("SANDSTONE ARRAY");
            for (String page : new String[] {"0", "128", "131", "176", "177", "178"}) {
                assertThat(Tools.must(LIMIT, "iscsi-inq", "-e", "1", "-c", page, uri))
                        .as(page)
                        .isNotBlank();
            }
            assertThat(Tools.must(LIMIT, "iscsi-inq", "-e", "1", "-c", "128", uri))
                    .contains(volume.get("serial").asString());

            assertThat(Tools.must(LIMIT, "iscsi-readcapacity16", uri))
                    .contains("Total size:" + (64L << 20))
                    .contains("LBPME:1")
                    .contains("LBPRZ:1");
        }
    }

    @Test
    void qemuWritesAnImageAndReadsItBack() throws IOException {
        Tools.require("qemu-img", "qemu-utils qemu-block-extra");
        Path image = scratch.resolve("random.img");
        Tools.must(LIMIT, "dd", "if=/dev/urandom", "of=" + image, "bs=1M", "count=256", "status=none");
        try (San san = San.serve(scratch, "--dir", scratch.resolve("array").toString())) {
            JsonNode volume = san.volume("v1", "256M");
            String uri = volume.get("uris").get(0).asString();
            Duration limit = Duration.ofMinutes(3);
            Tools.must(limit, "qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), uri);
            assertThat(Tools.must(limit, "qemu-img", "compare", "-f", "raw", "-F", "raw", image.toString(), uri))
                    .contains("Images are identical");
            assertThat(san.json("volume", "show", "v1").get("used_bytes").asLong())
                    .isBetween(250L << 20, 256L << 20);
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }
}
