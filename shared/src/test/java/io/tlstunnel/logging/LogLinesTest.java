package io.tlstunnel.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.tlstunnel.config.LogConfig;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class LogLinesTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LoggerContext logback = new LoggerContext();

    @Test
    void writesTimeLevelAreaMessageAndPairs() {
        final Logger log = text(LogLevels.DEFAULT).getLogger("io.tlstunnel.server.TunnelServer");
        log.atInfo().setMessage("listening").addKeyValue("addr", "0.0.0.0:443").log();
        assertThat(lines().get(0))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  server listening addr=0\\.0\\.0\\.0:443");
    }

    @Test
    void aValueFromOutsideCannotForgeALineOrAKeyOrSteerATerminal() {
        final Logger log = text(LogLevels.DEFAULT).getLogger("io.tlstunnel.server.front.Front");
        log.atWarn()
                .setMessage("refused {}")
                .addArgument("a\n2026-01-01T00:00:00.000Z INFO  server all is well")
                .addKeyValue("name", "x\" ok=\"yes\r\n\u001b[31m\u202e\u2028")
                .addKeyValue("empty", "")
                .addKeyValue("equals", "a=b")
                .addKeyValue("plain", "中文-\ud83d\ude00")
                .log();
        assertThat(lines())
                .singleElement()
                .asString()
                .endsWith(
                        "WARN  server.front refused a\\n2026-01-01T00:00:00.000Z INFO  server all is well"
                                + " name=\"x\\\" ok=\\\"yes\\r\\n\\u001b[31m\\u202e\\u2028\" empty=\"\" equals=\"a=b\" plain=中文-\ud83d\ude00");
    }

    @Test
    void writesOneJsonObjectALine() {
        final Logger log = json().getLogger("access");
        log.atInfo()
                .setMessage("stream \"ended\"")
                .addKeyValue("bytes", 42L)
                .addKeyValue("level", "mine")
                .addKeyValue("visitor", "1.2.3.4:5\n")
                .log();
        final JsonObject line = new JsonObject(lines().get(0));
        assertThat(line.getMap())
                .containsEntry("level", "INFO")
                .containsEntry("area", "access")
                .containsEntry("message", "stream \"ended\"")
                .containsEntry("bytes", 42)
                .containsEntry("level_", "mine")
                .containsEntry("visitor", "1.2.3.4:5\n")
                .containsKey("time");
    }

    @Test
    void aWarningHasTheFailureInAWordAndOnlyAnErrorOrDebugItsTrace() {
        final IOException failure = new IOException("Connection reset");
        text(LogLevels.DEFAULT)
                .getLogger("io.tlstunnel.client.X")
                .atWarn()
                .setMessage("lost")
                .setCause(failure)
                .log();
        assertThat(lines()).singleElement().asString().endsWith("lost error=\"IOException: Connection reset\"");
        text(LogLevels.DEFAULT)
                .getLogger("io.tlstunnel.client.X")
                .atError()
                .setMessage("bug")
                .setCause(failure)
                .log();
        assertThat(lines()).hasSizeGreaterThan(3).anyMatch(line -> line.startsWith("    at io.tlstunnel.logging"));
        text(LogLevels.of(Verbosity.VERBOSE))
                .getLogger("io.tlstunnel.client.X")
                .atWarn()
                .setMessage("lost")
                .setCause(failure)
                .log();
        assertThat(lines()).hasSizeGreaterThan(3);
    }

    @Test
    void librariesAreHeardFromWarningOn() {
        final LoggerContext context = text(LogLevels.DEFAULT);
        context.getLogger("io.netty.handler.ssl.SslHandler").info("chatter");
        context.getLogger("io.vertx.core.impl.VertxImpl").warn("blocked");
        context.getLogger("io.tlstunnel.mux.Mux").debug("detail");
        assertThat(lines()).singleElement().asString().endsWith("WARN  vertx blocked");
    }

    @Test
    void accessLinesCanBeTurnedOff() {
        Logging.apply(
                logback, new LogConfig(LogConfig.Format.TEXT, "INFO", LogConfig.Access.OFF), LogLevels.DEFAULT, out);
        logback.getLogger("access").info("stream");
        assertThat(lines()).isEmpty();
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() {
        final Map<String, String> both = Map.of("TLS_TUNNEL_LOG", "debug", "RUST_LOG", "trace");
        assertThat(Logging.levels("ERROR", Verbosity.VERY_VERBOSE, both).base()).isEqualTo(Level.TRACE);
        assertThat(Logging.levels("ERROR", Verbosity.NORMAL, both).base()).isEqualTo(Level.DEBUG);
        assertThat(Logging.levels("ERROR", Verbosity.NORMAL, Map.of("RUST_LOG", "trace"))
                        .base())
                .isEqualTo(Level.TRACE);
        assertThat(Logging.levels("ERROR", Verbosity.NORMAL, Map.of()).base()).isEqualTo(Level.ERROR);
    }

    @Test
    void areasHaveLevelsOfTheirOwn() {
        final LogLevels levels =
                Objects.requireNonNull(LogLevels.parse("warn,transport=trace,netty=debug", Level.INFO));
        assertThat(levels.base()).isEqualTo(Level.WARN);
        assertThat(levels.areas())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("io.tlstunnel.transport", Level.TRACE, "io.netty", Level.DEBUG));
        assertThat(LogLevels.parse("loud", Level.INFO)).isNull();
        assertThat(Logging.complaint(Map.of("TLS_TUNNEL_LOG", "loud")))
                .contains("\"loud\"")
                .contains("debug");
        assertThat(Logging.complaint(Map.of("TLS_TUNNEL_LOG", "info,mux=off"))).isNull();
    }

    private LoggerContext text(LogLevels levels) {
        out.reset();
        Logging.apply(logback, new LogConfig(LogConfig.Format.TEXT, "INFO", LogConfig.Access.ON), levels, out);
        return logback;
    }

    private LoggerContext json() {
        Logging.apply(
                logback, new LogConfig(LogConfig.Format.JSON, "INFO", LogConfig.Access.ON), LogLevels.DEFAULT, out);
        return logback;
    }

    private List<String> lines() {
        logback.stop();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
