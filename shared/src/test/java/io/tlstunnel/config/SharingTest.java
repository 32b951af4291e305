package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.Sharing.Health;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharingTest {
    private static final Map<String, String> SITE = Map.of("group", "site", "group_key", "what the members share");

    private static ProxyConfig proxy(int weight, Duration slowStart) {
        return new ProxyConfig(
                "web",
                "tcp",
                "0.0.0.0",
                8080,
                "127.0.0.1",
                80,
                VisitRules.NONE,
                new GroupConfig("site", new Secret("what the members share"), weight),
                new HealthCheck(HealthCheck.Kind.TCP, "/", Duration.ofSeconds(1), Duration.ofSeconds(1), 3, slowStart));
    }

    @Test
    void goesToTheServerAndComesOutTheSame() {
        final Map<String, String> options = proxy(7, Duration.ofSeconds(30)).options(Health.DOWN);

        assertThat(Sharing.ofOptions(options))
                .isEqualTo(new Sharing("site", "what the members share", 7, Health.DOWN, Duration.ofSeconds(30)));
    }

    @Test
    void saysOnlyWhatIsNotAsUsual() {
        assertThat(proxy(1, Duration.ZERO).options(Health.UP)).isEqualTo(SITE);
        assertThat(new ProxyConfig("web", "tcp", "0.0.0.0", 8080, "127.0.0.1", 80).options(Health.DOWN))
                .as("nobody else could serve")
                .isEmpty();
        assertThat(Sharing.ofOptions(Map.of())).isEqualTo(Sharing.NONE);
    }

    @Test
    void limitsStandBesideIt() {
        final Map<String, String> options = new HashMap<>(SITE);
        options.put("max_streams_per_second", "3");

        assertThat(Sharing.ofOptions(options).group()).isEqualTo("site");
        assertThat(VisitRules.ofOptions(options).streamsPerSecond()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "weight, 0",
        "weight, 101",
        "weight, much",
        "health, up",
        "slow_start_ms, -1",
        "group, ' '",
        "group_key, ''"
    })
    void refusesWhatMakesNoSense(String name, String value) {
        final Map<String, String> options = new HashMap<>(SITE);
        options.put(name, value);

        assertThatThrownBy(() -> Sharing.ofOptions(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("option " + name)
                .hasMessageNotContaining("what the members share");
    }

    @Test
    void nothingIsSharedWithoutAGroup() {
        assertThatThrownBy(() -> Sharing.ofOptions(Map.of("weight", "2"))).hasMessageContaining("no option group");
    }

    @Test
    void theKeyIsInNoText() {
        assertThat(proxy(1, Duration.ZERO).toString()).doesNotContain("members");
        assertThat(Sharing.ofOptions(SITE).toString()).doesNotContain("members");
    }
}
