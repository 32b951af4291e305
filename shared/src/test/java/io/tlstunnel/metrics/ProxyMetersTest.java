package io.tlstunnel.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.ResetCode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyMetersTest {

    private static final int MAX = 200;

    private final MetricsRegistry registry = new MetricsRegistry();
    private final Meters meters = registry.meters("t");
    private final StreamMeters totals = new StreamMeters(registry, registry.meters("totals"), 0);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final ProxyMeters proxies = new ProxyMeters(totals, meters, MAX, nanos::get);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void countsProxiesBeyondTheLimitAsOther() {
        IntStream.range(0, 1_000).mapToObj(i -> proxies.published("c", "p" + i)).forEach(meter -> meter.bytes(2, 3));

        assertThat(series("t_proxy_bytes_total")).hasSize(2 * (MAX + 1));
        assertThat(value("t_proxy_bytes_total{client=\"c\",direction=\"in\",proxy=\"p199\"}"))
                .isEqualTo(2);
        assertThat(value("t_proxy_bytes_total{client=\"other\",direction=\"out\",proxy=\"other\"}"))
                .isEqualTo(3 * 800);
        assertThat(totals.bytesIn()).isEqualTo(2_000);
        assertThat(totals.bytesOut()).isEqualTo(3_000);
    }

    @Test
    void keepsTheSeriesOfAProxyThatIsGoneForAWhileOnly() {
        final ProxyMeter gone = proxies.published("c", "gone");
        gone.bytes(7, 0);
        gone.unpublished();

        nanos.addAndGet(ProxyMeters.LINGER.toNanos() - 1);
        proxies.sweep();
        assertThat(series("t_proxy_bytes_total")).hasSize(4);

        nanos.addAndGet(1);
        proxies.sweep();
        assertThat(series("t_proxy_bytes_total")).hasSize(2).allMatch(line -> line.contains("other"));
        assertThat(series("t_proxy_streams_open")).hasSize(1);
    }

    @Test
    void keepsTheSeriesWhileAStreamOutlivesThePublication() {
        final ProxyMeter meter = proxies.published("c", "p");
        meter.streamOpened();
        meter.unpublished();

        nanos.addAndGet(10 * ProxyMeters.LINGER.toNanos());
        proxies.sweep();
        meter.bytes(5, 0);
        meter.streamEnded(null);
        proxies.sweep();

        assertThat(value("t_proxy_bytes_total{client=\"c\",direction=\"in\",proxy=\"p\"}"))
                .isEqualTo(5);
        nanos.addAndGet(ProxyMeters.LINGER.toNanos());
        proxies.sweep();
        assertThat(series("t_proxy_bytes_total")).hasSize(2);
    }

    @Test
    void goesOnWithTheSameSeriesWhenAProxyComesBack() {
        final ProxyMeter first = proxies.published("c", "p");
        first.bytes(1, 0);
        first.unpublished();
        final ProxyMeter second = proxies.published("c", "p");
        second.bytes(1, 0);
        nanos.addAndGet(2 * ProxyMeters.LINGER.toNanos());
        proxies.sweep();

        assertThat(second).isSameAs(first);
        assertThat(value("t_proxy_bytes_total{client=\"c\",direction=\"in\",proxy=\"p\"}"))
                .isEqualTo(2);
    }

    @Test
    void makesRoomByDroppingWhatWasGoneLongest() {
        final List<ProxyMeter> all = IntStream.range(0, MAX)
                .mapToObj(i -> proxies.published("c", "p" + i))
                .toList();
        nanos.addAndGet(10);
        all.get(7).unpublished();
        nanos.addAndGet(10);
        all.get(3).unpublished();

        proxies.published("c", "new");

        assertThat(series("t_proxy_streams_total"))
                .hasSize(MAX + 1)
                .anyMatch(line -> line.contains("\"new\""))
                .anyMatch(line -> line.contains("\"p3\""))
                .noneMatch(line -> line.contains("\"p7\""));
    }

    @Test
    void noTotalEverFallsWhenProxiesGo() {
        final ProxyMeter meter = proxies.published("c", "p");
        meter.streamOpened();
        meter.bytes(100, 200);
        meter.streamEnded(ResetCode.CONNECTION_RESET);
        proxies.published("other", "other").bytes(1, 1);
        meter.unpublished();
        nanos.addAndGet(ProxyMeters.LINGER.toNanos());
        proxies.sweep();

        assertThat(value("totals_stream_bytes_total{direction=\"in\"}")).isEqualTo(101);
        assertThat(value("totals_stream_bytes_total{direction=\"out\"}")).isEqualTo(201);
        assertThat(value("totals_streams_total{reason=\"connection_reset\"}")).isEqualTo(1);
        assertThat(value("t_proxy_bytes_total{client=\"other\",direction=\"in\",proxy=\"other\"}"))
                .isEqualTo(1);
    }

    @Test
    void aStreamThatEndsAfterItsSeriesIsDroppedStillCountsInTheTotals() {
        final ProxyMeter meter = proxies.published("c", "p");
        meter.unpublished();
        nanos.addAndGet(ProxyMeters.LINGER.toNanos());
        proxies.sweep();

        meter.streamOpened();
        meter.bytes(4, 0);
        meter.streamEnded(null);

        assertThat(totals.bytesIn()).isEqualTo(4);
        assertThat(totals.ended()).isEqualTo(1);
        assertThat(totals.open()).isZero();
    }

    @Test
    void noNameCanBreakTheText() {
        proxies.published("a\"b\\c\nd", "{x=\"y\"} 1\n# HELP").bytes(9, 0);

        assertThat(series("t_proxy_bytes_total")).hasSize(4);
        assertThat(value("t_proxy_bytes_total{client=\"a\\\"b\\\\c\\nd\",direction=\"in\","
                        + "proxy=\"{x=\\\"y\\\"} 1\\n# HELP\"}"))
                .isEqualTo(9);
    }

    private List<String> series(String family) {
        return registry.scrape(Exposition.PROMETHEUS)
                .lines()
                .filter(line -> line.startsWith(family + "{"))
                .toList();
    }

    private double value(String series) {
        return registry.scrape(Exposition.PROMETHEUS)
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }
}
