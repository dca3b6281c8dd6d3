package dev.sandstone.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Data goes down as calls and comes back up as completions: no import points up. */
final class ArrowsTest {

    /** A room, and the rooms of the project that it may import besides itself. */
    static Stream<Arguments> rooms() {
        return Stream.of(modules(), engine(), scsi(), others()).flatMap(rooms -> rooms);
    }

    private static Stream<Arguments> modules() {
        return Stream.of(
                room("config"),
                room("engine"),
                room("scsi", "engine"),
                room("snapshot", "engine"),
                room("copy", "scsi", "engine"),
                room("iscsi", "scsi"),
                room("initiator", "iscsi.pdu", "iscsi.text", "iscsi.chap"),
                room("daemon", "config", "engine", "snapshot", "scsi", "copy", "iscsi", "initiator"));
    }

    private static Stream<Arguments> engine() {
        return Stream.of(
                room("engine.loop"),
                room("engine.tree"),
                room("engine.cache"),
                room("engine.store", "engine.loop"),
                room("engine.meta", "engine.loop"),
                room("engine.log", "engine.store", "engine.loop"),
                room("engine.space", "engine.meta", "engine.loop"),
                room("engine.map", "engine.meta", "engine.log", "engine.space", "engine.loop"),
                room("engine.cleaner", "engine.map", "engine.log", "engine.space", "engine.loop", "engine.store"),
                room(
                        "engine.recovery",
                        "engine.map",
                        "engine.log",
                        "engine.space",
                        "engine.meta",
                        "engine.tree",
                        "engine.loop",
                        "engine.store"));
    }

    private static Stream<Arguments> scsi() {
        return Stream.of(
                room("scsi.sense"),
                room("scsi.cdb", "scsi.sense"),
                room("scsi.name"),
                room("scsi.task"),
                room("scsi.reservation"),
                room("scsi.access"),
                room("scsi.unit", "scsi.sense", "scsi.reservation", "scsi.access", "engine.volume", "engine.loop"),
                room("scsi.command", "scsi.unit", "scsi.reservation", "scsi.cdb", "scsi.sense", "engine.volume"),
                room(
                        "scsi.primary",
                        "scsi.command",
                        "scsi.unit",
                        "scsi.reservation",
                        "scsi.access",
                        "scsi.name",
                        "scsi.task",
                        "scsi.cdb",
                        "scsi.sense",
                        "engine.volume"),
                room(
                        "scsi.block",
                        "scsi.command",
                        "scsi.unit",
                        "scsi.reservation",
                        "scsi.cdb",
                        "scsi.sense",
                        "engine.volume"));
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                // inside snapshot
                room("snapshot.catalog", "engine.meta", "engine.tree", "engine.volume"),
                room("snapshot.lifecycle", "snapshot.catalog", "engine.volume"),
                room("snapshot.diff", "engine.volume"),
                // inside copy
                room("copy.job", "scsi.sense", "scsi.device", "engine.volume", "engine.loop"),
                room(
                        "copy.token",
                        "copy.job",
                        "scsi.command",
                        "scsi.unit",
                        "scsi.sense",
                        "engine.volume",
                        "engine.loop"),
                // inside iscsi
                room("iscsi.pdu"),
                room("iscsi.text"),
                room("iscsi.chap"),
                room("iscsi.access", "scsi"),
                room("iscsi.login", "scsi.task", "scsi.name", "iscsi.pdu", "iscsi.text", "iscsi.chap", "iscsi.access"));
    }

    private static Arguments room(String name, String... mayImport) {
        return Arguments.of(name, List.of(mayImport));
    }

    @ParameterizedTest(name = "{0} imports only {1}")
    @MethodSource("rooms")
    void aRoomImportsOnlyTheRoomsBelow(String room, List<String> mayImport) {
        List<String> allowed = new ArrayList<>();
        allowed.add(Project.ROOT_PACKAGE + "." + room + "..");
        mayImport.forEach(below -> allowed.add(Project.ROOT_PACKAGE + "." + below + ".."));
        classes()
                .that()
                .resideInAPackage(Project.ROOT_PACKAGE + "." + room + "..")
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(JavaClass.Predicates.resideInAPackage(Project.ROOT_PACKAGE + ".."))
                                .or(JavaClass.Predicates.resideInAnyPackage(allowed.toArray(String[]::new))))
                .check(Project.classes());
    }

    @Test
    void everyRoomHasClasses() {
        rooms().forEach(arguments -> {
            String room = Project.ROOT_PACKAGE + "." + arguments.get()[0];
            if (!room.endsWith(".bench")) {
                assertThat(Project.classes().stream()
                                .anyMatch(c -> c.getPackageName().startsWith(room)))
                        .as("classes in " + room)
                        .isTrue();
            }
        });
    }

    @Test
    void onlyTheDaemonImportsConfig() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Project.ROOT_PACKAGE + ".daemon..", Project.ROOT_PACKAGE + ".config..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(Project.ROOT_PACKAGE + ".config..")
                .check(Project.classes());
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("dev.sandstone.(**)").should().beFreeOfCycles().check(Project.classes());
    }

    @Test
    void theCommandLineSeesOnlyTheApi() {
        noClasses()
                .that()
                .resideInAPackage(Project.ROOT_PACKAGE + ".daemon.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Project.ROOT_PACKAGE + ".engine..",
                        Project.ROOT_PACKAGE + ".snapshot..",
                        Project.ROOT_PACKAGE + ".scsi..",
                        Project.ROOT_PACKAGE + ".iscsi..",
                        Project.ROOT_PACKAGE + ".config..",
                        Project.ROOT_PACKAGE + ".daemon.http..",
                        Project.ROOT_PACKAGE + ".daemon.admin..",
                        Project.ROOT_PACKAGE + ".daemon.assembly..")
                .check(Project.classes());
    }
}
