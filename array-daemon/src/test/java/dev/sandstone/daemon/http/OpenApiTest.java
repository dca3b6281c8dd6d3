package dev.sandstone.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.daemon.api.ArrayView;
import dev.sandstone.daemon.api.Copies;
import dev.sandstone.daemon.api.Disks;
import dev.sandstone.daemon.api.Grants;
import dev.sandstone.daemon.api.Groups;
import dev.sandstone.daemon.api.Hosts;
import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.Portals;
import dev.sandstone.daemon.api.Problem;
import dev.sandstone.daemon.api.Reservations;
import dev.sandstone.daemon.api.Sessions;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/openapi.yaml describes what is served: the same operations, the same fields. */
class OpenApiTest {
    private static final Map<String, Class<? extends Record>> SCHEMAS = new LinkedHashMap<>();

    static {
        SCHEMAS.put("VolumeCreate", Volumes.Create.class);
        SCHEMAS.put("VolumeUpdate", Volumes.Update.class);
        SCHEMAS.put("VolumeResize", Volumes.Resize.class);
        SCHEMAS.put("Volume", Volumes.View.class);
        SCHEMAS.put("VolumePage", Volumes.Page.class);
        SCHEMAS.put("VolumeClone", VolumeTimes.Clone.class);
        SCHEMAS.put("VolumeCopyStart", Copies.Start.class);
        SCHEMAS.put("VolumeCopy", Copies.View.class);
        SCHEMAS.put("VolumeRewind", VolumeTimes.Rewind.class);
        SCHEMAS.put("VolumeHistory", VolumeTimes.History.class);
        SCHEMAS.put("Reservations", Reservations.View.class);
        SCHEMAS.put("Registration", Reservations.Registration.class);
        SCHEMAS.put("VolumeEvent", VolumeTimes.Event.class);
        SCHEMAS.put("VolumeUsage", VolumeTimes.Usage.class);
        SCHEMAS.put("SnapshotUsage", VolumeTimes.SnapshotUsage.class);
        SCHEMAS.put("VolumeChanges", VolumeTimes.Changes.class);
        SCHEMAS.put("Extent", VolumeTimes.Extent.class);
        SCHEMAS.put("SnapshotCreate", Snapshots.Create.class);
        SCHEMAS.put("SnapshotRollback", Snapshots.Rollback.class);
        SCHEMAS.put("SnapshotChoice", Snapshots.Chosen.class);
        SCHEMAS.put("SnapshotReclaimable", Snapshots.Reclaimable.class);
        SCHEMAS.put("Snapshot", Snapshots.View.class);
        SCHEMAS.put("SnapshotMount", Snapshots.Mount.class);
        SCHEMAS.put("SnapshotPage", Snapshots.Page.class);
        SCHEMAS.put("GroupCreate", Groups.Create.class);
        SCHEMAS.put("GroupMembers", Groups.Members.class);
        SCHEMAS.put("GroupRollback", Groups.Rollback.class);
        SCHEMAS.put("Group", Groups.View.class);
        SCHEMAS.put("GroupPage", Groups.Page.class);
        SCHEMAS.put("DiskAdd", Disks.Add.class);
        SCHEMAS.put("DiskGrow", Disks.Grow.class);
        SCHEMAS.put("Disk", Disks.View.class);
        SCHEMAS.put("DiskPage", Disks.Page.class);
        SCHEMAS.put("Redundancy", Disks.Redundancy.class);
        SCHEMAS.put("Rebuild", Disks.Rebuild.class);
        SCHEMAS.put("Moves", Disks.Moves.class);
        SCHEMAS.put("ScrubUpdate", Disks.ScrubUpdate.class);
        SCHEMAS.put("Scrub", Disks.Scrub.class);
        SCHEMAS.put("HostCreate", Hosts.Create.class);
        SCHEMAS.put("Host", Hosts.View.class);
        SCHEMAS.put("HostPage", Hosts.Page.class);
        SCHEMAS.put("GrantCreate", Grants.Create.class);
        SCHEMAS.put("Grant", Grants.View.class);
        SCHEMAS.put("GrantPage", Grants.Page.class);
        SCHEMAS.put("Session", Sessions.View.class);
        SCHEMAS.put("SessionPage", Sessions.Page.class);
        SCHEMAS.put("PortalUpdate", Portals.Update.class);
        SCHEMAS.put("Portal", Portals.View.class);
        SCHEMAS.put("PortalPage", Portals.Page.class);
        SCHEMAS.put("PoolUsage", Pools.Usage.class);
        SCHEMAS.put("PoolCheck", Pools.Check.class);
        SCHEMAS.put("Array", ArrayView.class);
        SCHEMAS.put("Problem", Problem.class);
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(Path.of(System.getProperty("sandstone.root", ".."), "docs", "openapi.yaml"));
    }

    @Test
    void everyOperationIsDescribedAndEveryDescribedOneIsServed() throws IOException {
        List<String> described = new ArrayList<>();
        String path = "";
        for (String line : lines()) {
            if (line.startsWith("components:")) {
                break;
            }
            if (line.matches("  /.*:")) {
                path = line.strip().substring(0, line.strip().length() - 1);
            } else if (line.matches("    (get|post|patch|delete|put):")) {
                described.add(line.strip().replace(":", "").toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        List<String> served = TestApi.create().routes().stream()
                .map(route -> route.method() + " " + route.path())
                .toList();
        assertThat(described).containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void everySchemaHasTheFieldsOfItsRecord() throws IOException {
        Map<String, Set<String>> described = new LinkedHashMap<>();
        Pattern name = Pattern.compile("    ([A-Z][A-Za-z]+):");
        Pattern property = Pattern.compile("        ([a-z_]+): .*");
        List<String> lines = lines();
        Set<String> fields = new TreeSet<>();
        for (String line : lines.subList(lines.indexOf("  schemas:"), lines.size())) {
            Matcher schema = name.matcher(line);
            Matcher field = property.matcher(line);
            if (schema.matches()) {
                fields = new TreeSet<>();
                described.put(schema.group(1), fields);
            } else if (field.matches()) {
                fields.add(field.group(1));
            }
        }
        Map<String, Set<String>> actual = new LinkedHashMap<>();
        SCHEMAS.forEach((schema, type) -> actual.put(schema, fieldsOf(type)));
        assertThat(described).isEqualTo(actual);
    }

    private static Set<String> fieldsOf(Class<? extends Record> type) {
        Set<String> names = new TreeSet<>();
        Stream.of(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .forEach(names::add);
        return names;
    }
}
