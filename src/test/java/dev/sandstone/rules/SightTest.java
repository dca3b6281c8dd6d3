package dev.sandstone.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import org.junit.jupiter.api.Test;

/** Who may see a library or a kind of thing at all. */
final class SightTest {

    @Test
    void onlyMetaSeesRocksDb() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.sandstone.engine.meta..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(Project.classes());
    }

    @Test
    void onlyTheProtocolAndTheRingSeeNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sandstone.iscsi..", "dev.sandstone.engine.store.ring..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(Project.classes());
    }

    @Test
    void inTheEngineOnlyTheStoreOpensFiles() {
        noClasses()
                .that()
                .resideInAPackage("dev.sandstone.engine..")
                .and()
                .resideOutsideOfPackage("dev.sandstone.engine.store..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        FileChannel.class,
                        AsynchronousFileChannel.class,
                        RandomAccessFile.class,
                        FileInputStream.class,
                        FileOutputStream.class)
                .check(Project.classes());
    }

    @Test
    void noScsiBelowScsiAndNoTransportInIt() {
        noClasses()
                .that()
                .resideInAPackage("dev.sandstone.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sandstone.scsi..", "dev.sandstone.iscsi..")
                .check(Project.classes());
        noClasses()
                .that()
                .resideInAPackage("dev.sandstone.scsi..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sandstone.iscsi..")
                .check(Project.classes());
    }
}
