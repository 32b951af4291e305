package io.tlstunnel.cli.metrics;

import static org.awaitility.Awaitility.await;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.metrics.AdminServer;
import io.tlstunnel.metrics.MetricsRegistry;
import io.tlstunnel.metrics.ProcessMeters;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.metrics.ReadinessChecks;
import io.tlstunnel.metrics.RunningInfo;
import io.tlstunnel.metrics.StreamMeters;
import io.tlstunnel.metrics.TunnelMeters;
import io.tlstunnel.server.admin.ServerMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One of the two ends, and what its admin server shows once everything has happened that it can count. */
enum End {
    SERVER {
        @Override
        String metrics() throws Exception {
            try (ServerMetrics metrics = new ServerMetrics(CONFIG)) {
                happen(metrics.tunnels(), metrics.streams(), metrics.process());
                return fetch(metrics.registry());
            }
        }
    },
    CLIENT {
        @Override
        String metrics() throws Exception {
            try (ClientMetrics metrics = new ClientMetrics(CONFIG)) {
                happen(metrics.tunnels(), metrics.streams(), metrics.process());
                return fetch(metrics.registry());
            }
        }
    };

    private static final AdminConfig CONFIG = new AdminConfig(true, "127.0.0.1", 0, 200);

    /** The text of {@code /metrics}. */
    abstract String metrics() throws Exception;

    private static void happen(TunnelMeters tunnels, StreamMeters streams, ProcessMeters process) {
        process.running(new RunningInfo("1.0", "epoll", "boringssl", "fast"));
        process.memory(() -> 1, () -> 2);
        process.logDrops(() -> 3);
        tunnels.opened();
        tunnels.roundTrip(1_000_000);
        tunnels.closed(Duration.ofMinutes(1));
        final ProxyMeter proxy = streams.published("büro \"1\"", "ssh\\2");
        proxy.streamOpened();
        proxy.bytes(3, 5);
        proxy.streamEnded(null);
    }

    private static String fetch(MetricsRegistry registry) throws Exception {
        final Vertx vertx = registry.vertx(new VertxOptions()).build();
        try {
            useEventBus(vertx);
            final int port = AdminServer.start(vertx, CONFIG, registry, new ReadinessChecks())
                    .await(10, TimeUnit.SECONDS)
                    .port();
            final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            // The collector tells of its pauses a little later, on a thread of its own.
            System.gc();
            return await().until(() -> body(request), text -> text.contains("jvm_gc_pause_seconds"));
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    private static String body(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void useEventBus(Vertx vertx) throws Exception {
        vertx.eventBus().consumer("answers", message -> message.reply("yes"));
        vertx.eventBus().consumer("fails", message -> message.fail(1, "no"));
        vertx.eventBus().publish("answers", "news");
        vertx.eventBus().request("answers", "?").await(10, TimeUnit.SECONDS);
        vertx.eventBus()
                .request("fails", "?", new DeliveryOptions().setSendTimeout(5_000))
                .otherwiseEmpty()
                .await(10, TimeUnit.SECONDS);
        vertx.executeBlocking(() -> "done").await(10, TimeUnit.SECONDS);
    }
}
