package dev.sandstone.daemon.metrics;

import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.api.Pools;
import dev.sandstone.engine.volume.PoolTraffic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The registry behind {@code /metrics}: counters are read where they are counted, gauges when they are asked for. */
public final class Metrics implements AutoCloseable {
    private static final String PREFIX = "sandstone.";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final PoolAdmin pool;
    private volatile Pools.Usage usage;

    public Metrics(PoolAdmin pool) {
        this.pool = pool;
        this.usage = pool.usage();
        bytes("capacity", Pools.Usage::capacityBytes);
        bytes("live", Pools.Usage::liveBytes);
        bytes("garbage", Pools.Usage::garbageBytes);
        bytes("free", Pools.Usage::freeBytes);
        bytes("reserve", Pools.Usage::reserveBytes);
        bytes("metadata", Pools.Usage::metadataBytes);
        Gauge.builder(PREFIX + "pool.provisioned", this, metrics -> metrics.usage.provisionedBytes())
                .baseUnit("bytes")
                .description("Size of all volumes together")
                .register(registry);
        written("data", PoolTraffic::writtenBytes);
        written("moved", PoolTraffic::movedBytes);
        written("log", PoolTraffic::logBytes);
        for (ThreadFigures threads : ThreadFigures.values()) {
            FunctionCounter.builder(PREFIX + "threads.allocated", threads, ThreadFigures::allocatedBytes)
                    .baseUnit("bytes")
                    .tag("kind", threads.name().toLowerCase(Locale.ROOT))
                    .description("Heap that event loops, and threads of the block map, have allocated")
                    .register(registry);
        }
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collector.bindTo(registry);
    }

    private void bytes(String kind, ToDoubleFunction<Pools.Usage> figure) {
        Gauge.builder(PREFIX + "pool", this, metrics -> figure.applyAsDouble(metrics.usage))
                .baseUnit("bytes")
                .tag("kind", kind)
                .description("Bytes of the pool by use; capacity is the sum of the others")
                .register(registry);
    }

    private void written(String kind, ToDoubleFunction<PoolTraffic> figure) {
        FunctionCounter.builder(PREFIX + "pool.written", pool, of -> figure.applyAsDouble(of.traffic()))
                .baseUnit("bytes")
                .tag("kind", kind)
                .description("Bytes appended to the log: data written, data moved by cleaning, and all with its heads")
                .register(registry);
    }

    /** A number of things at the moment of asking. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value).description(description).register(registry);
    }

    /** Something that is counted elsewhere; the name is given its {@code _total}. */
    public void counter(String name, String description, LongAdder count) {
        counter(name, description, count, LongAdder::sum);
    }

    /**
     * The same.
     *
     * @param counted is to live as long as the figures are told
     */
    public <T> void counter(String name, String description, T counted, ToDoubleFunction<T> count) {
        FunctionCounter.builder(PREFIX + name, counted, count)
                .description(description)
                .register(registry);
    }

    /** All figures now. May block on the pool's loop. */
    public String text() {
        usage = pool.usage();
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
