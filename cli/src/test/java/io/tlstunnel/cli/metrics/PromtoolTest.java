package io.tlstunnel.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Prometheus' own checker says of our text and samples. */
class PromtoolTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void promtoolIsContentWithTheMetricsOf(End end) throws Exception {
        final Path metrics = folder.resolve("metrics.txt");
        Files.writeString(metrics, end.metrics());
        assertThat(Files.readString(metrics)).contains("jvm_gc_pause_seconds", "vertx_eventbus_reply_failures_total");

        assertContent(metrics, "check", "metrics");
    }

    @Test
    void promtoolIsContentWithTheSampleConfiguration() throws Exception {
        assertContent(null, "check", "config", "../conf/prometheus.yml");
    }

    @Test
    void promtoolIsContentWithTheConfigurationOfCompose() throws Exception {
        // Side by side, as docker-compose.yml mounts them.
        for (final String file : List.of("compose/prometheus.yml", "prometheus-alerts.yml")) {
            final Path source = Path.of("../conf").resolve(file);
            Files.copy(source, folder.resolve(source.getFileName()));
        }
        assertContent(null, "check", "config", folder.resolve("prometheus.yml").toString());
    }

    private void assertContent(@Nullable Path input, String... arguments) throws Exception {
        final Path output = folder.resolve("said.txt");
        final List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        final Process process = start(builder);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("promtool said: %s", Files.readString(output))
                .isZero();
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            final String sentence = "promtool is not here (Debian: apt-get install prometheus): nobody checked this";
            if ("true".equals(System.getenv("CI"))) {
                return fail(sentence, e);
            }
            System.err.println("SKIPPED: " + sentence);
            return abort(sentence);
        }
    }
}
