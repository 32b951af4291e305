package io.tlstunnel.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsRegistryTest {
    /** More than the other tests leave in any pool. */
    private static final int LARGE = 64 << 20;

    private final MetricsRegistry registry = new MetricsRegistry();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void showsWhatVertxCounts() throws Exception {
        final Vertx vertx = registry.vertx(new VertxOptions()).build();
        try {
            vertx.eventBus().consumer("here", message -> message.reply("yes"));
            vertx.eventBus().request("here", "?").await();
            vertx.executeBlocking(() -> 1).await();

            assertThat(registry.scrape(Exposition.PROMETHEUS))
                    .contains("vertx_eventbus_sent_total{")
                    .contains("vertx_pool_completed_total{")
                    .contains("netty_eventexecutor_tasks_pending{")
                    .doesNotContain("netty_allocator_");
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void twoInOneProcessShareNothing() throws Exception {
        try (MetricsRegistry other = new MetricsRegistry()) {
            final Vertx first = registry.vertx(new VertxOptions()).build();
            final Vertx second = other.vertx(new VertxOptions()).build();
            try {
                first.eventBus().consumer("here", message -> message.reply("yes"));
                first.eventBus().request("here", "?").await();

                assertThat(registry.scrape(Exposition.PROMETHEUS)).contains("vertx_eventbus_sent_total");
                assertThat(other.scrape(Exposition.PROMETHEUS)).doesNotContain("vertx_eventbus_sent_total");
            } finally {
                first.close().await();
                second.close().await();
            }
        }
    }

    @Test
    void bindsTheProcessOnceHoweverOftenAsked() {
        registry.bindProcess();
        registry.bindProcess();

        final List<String> lines =
                registry.scrape(Exposition.PROMETHEUS).lines().toList();
        assertThat(lines).doesNotHaveDuplicates();
        assertThat(lines).anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
        assertThat(lines).anyMatch(line -> line.startsWith("netty_buffer_memory_bytes{memory=\"direct\"}"));
        assertThat(lines).anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
        assertThat(lines).anyMatch(line -> line.startsWith("process_files_open_files "));
    }

    @Test
    void countsTheBuffersOfStreams() {
        registry.bindProcess();
        final ByteBuf large = PooledByteBufAllocator.DEFAULT.directBuffer(LARGE);
        try {
            final String line = registry.scrape(Exposition.PROMETHEUS)
                    .lines()
                    .filter(each -> each.startsWith("netty_buffer_memory_bytes{memory=\"direct\"}"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .isGreaterThanOrEqualTo(LARGE);
        } finally {
            large.release();
        }
    }

    @Test
    void keepsSuppliersAliveAcrossACollection() {
        final long[] total = {41};
        registry.meters("t").counted("drops", "help", () -> total[0]);
        registry.meters("t").gauge("held", "help", () -> total[0]);
        System.gc();
        total[0]++;

        assertThat(registry.scrape(Exposition.PROMETHEUS))
                .contains("t_drops_total 42.0")
                .contains("t_held 42.0");
    }

    @Test
    void namesWhatRunsAsLabels() {
        new ProcessMeters(registry.meters("t")).running(new RunningInfo("1.2.3", "epoll", "boringssl", "fast"));

        assertThat(registry.scrape(Exposition.PROMETHEUS))
                .contains("t_info{data_path=\"fast\",io=\"epoll\",tls=\"boringssl\",version=\"1.2.3\"} 1");
    }

    @Test
    void aSnapshotSaysWhatWasCounted() {
        final Meters meters = registry.meters("t");
        final TunnelMeters tunnels = new TunnelMeters(meters);
        final StreamMeters streams = new StreamMeters(registry, meters, 10);
        assertThat(TrafficSnapshot.of(tunnels, streams)).isEqualTo(new TrafficSnapshot(0, 0, 0, 0, 0, null));

        tunnels.opened();
        tunnels.opened();
        tunnels.closed(Duration.ofSeconds(3));
        tunnels.roundTrip(1_500_000);
        final ProxyMeter proxy = streams.published("c", "p");
        proxy.streamOpened();
        proxy.streamOpened();
        proxy.bytes(10, 20);
        proxy.bytes(1, 2);
        proxy.streamEnded(ResetCode.SERVICE_REFUSED);

        assertThat(TrafficSnapshot.of(tunnels, streams))
                .isEqualTo(new TrafficSnapshot(1, 1, 1, 11, 22, Duration.ofNanos(1_500_000)));
        assertThat(registry.scrape(Exposition.PROMETHEUS))
                .contains("t_round_trip_seconds_bucket{le=\"0.001\"} 0\n")
                .contains("t_round_trip_seconds_bucket{le=\"0.0025\"} 1\n")
                .contains("t_tunnel_lifetime_seconds_bucket{le=\"10.0\"} 1\n")
                .contains("t_streams_total{reason=\"service_refused\"} 1.0\n")
                .contains("t_streams_total{reason=\"clean\"} 0.0\n");
    }

    @Test
    void losesNothingWhenManyThreadsCount() throws Exception {
        final int threads = 4;
        final int rounds = 10_000;
        final StreamMeters streams = new StreamMeters(registry, registry.meters("t"), 10);
        final ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            final Callable<Void> work = () -> {
                for (int i = 0; i < rounds; i++) {
                    final ProxyMeter proxy = streams.published("c", "p" + i % 20);
                    proxy.streamOpened();
                    proxy.bytes(1, 2);
                    proxy.streamEnded(null);
                    proxy.unpublished();
                }
                return null;
            };
            for (final var done : pool.invokeAll(
                    IntStream.range(0, threads).mapToObj(i -> work).toList())) {
                done.get();
            }
        } finally {
            pool.shutdown();
        }

        assertThat(streams.ended()).isEqualTo((long) threads * rounds);
        assertThat(streams.open()).isZero();
        assertThat(streams.bytesIn()).isEqualTo((long) threads * rounds);
        assertThat(streams.bytesOut()).isEqualTo(2L * threads * rounds);
    }
}
