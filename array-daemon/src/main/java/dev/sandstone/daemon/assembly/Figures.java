package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.metrics.Metrics;
import dev.sandstone.daemon.watch.StallWatch;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolDisks;
import dev.sandstone.iscsi.server.IscsiServer;
import dev.sandstone.iscsi.session.IscsiCounters;

/** Which figures of which part are told. */
final class Figures {
    private Figures() {}

    static void of(Metrics metrics, StallWatch watch) {
        metrics.counter("stalls", "Times an event loop did not come round within iscsi.stall_ms", watch.count());
    }

    static void of(Metrics metrics, Catalogs catalogs, IscsiServer iscsi, Pool pool) {
        PoolDisks disks = pool.disks();
        Catalog catalog = catalogs.array();
        metrics.gauge(
                "volumes",
                "Volumes of the array",
                () -> catalog.state().volumes().size());
        metrics.gauge(
                "hosts", "Hosts of the array", () -> catalog.state().hosts().size());
        metrics.gauge(
                "snapshots",
                "Snapshots of all volumes",
                () -> catalogs.snapshots().state().count());
        metrics.gauge(
                "iscsi.sessions",
                "Sessions in full feature phase",
                () -> iscsi.sessions().size());
        metrics.gauge("iscsi.connections.open", "Connections now, logged in or not", iscsi::connections);
        IscsiCounters counters = iscsi.counters();
        metrics.counter("iscsi.connections", "Connections accepted", counters.connections());
        metrics.counter("iscsi.logins", "Sessions that reached full feature phase", counters.logins());
        metrics.counter("iscsi.login.failures", "Logins refused", counters.loginFailures());
        metrics.counter("iscsi.commands", "SCSI commands taken", counters.commands());
        metrics.counter("iscsi.received.bytes", "Bytes read from sockets", counters.bytesIn());
        metrics.counter("iscsi.sent.bytes", "Bytes handed to sockets", counters.bytesOut());
        metrics.counter("iscsi.copied.bytes", "Bytes of data copied between buffers", counters.bytesCopied());
        metrics.counter("iscsi.digest.errors", "Digests that did not match", counters.digestErrors());
        metrics.counter("iscsi.rejects", "Reject PDUs sent", counters.rejects());
        metrics.counter(
                "disk.read.bytes",
                "Bytes of the log read from the files of the disks, those in the page cache too",
                disks,
                all -> all.traffic().readBytes());
        metrics.counter(
                "disk.written.bytes",
                "Bytes written to the files of the disks",
                disks,
                all -> all.traffic().writtenBytes());
        metrics.counter(
                "cache.hits",
                "Blocks that reads found in memory",
                pool,
                of -> of.readCache().hits());
        metrics.counter(
                "cache.misses",
                "Blocks that reads did not find in memory",
                pool,
                of -> of.readCache().misses());
        metrics.gauge(
                "cache.bytes",
                "Memory for contents of blocks",
                () -> pool.readCache().bytes());
    }
}
