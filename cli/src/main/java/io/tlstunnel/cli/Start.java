package io.tlstunnel.cli;

import io.tlstunnel.config.LogConfig;
import io.tlstunnel.config.Problem;
import io.tlstunnel.logging.Logging;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/** What every long-running command does once it has its configuration. */
final class Start {

    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    private Start() {}

    /** As {@link #log}, but says nothing: the demo's output is its own. */
    static void quietly(CommandSpec spec, LogConfig config) {
        Logging.configure(config, ((App) spec.root().userObject()).verbosity());
    }

    /** Turns the log again whenever a reload has changed what the configuration asks of it. */
    static Consumer<LogConfig> again(CommandSpec spec, LogConfig first) {
        final AtomicReference<LogConfig> last = new AtomicReference<>(first);
        return next -> {
            if (!next.equals(last.getAndSet(next))) {
                quietly(spec, next);
            }
        };
    }

    /** Turns the log to what the configuration asks, and says what is odd about that. */
    static void log(CommandSpec spec, LogConfig config, List<Problem> warnings) {
        quietly(spec, config);
        warnings.forEach(warning -> LOG.atWarn()
                .setMessage("configuration")
                .addKeyValue("warning", warning)
                .log());
        LOG.atInfo()
                .setMessage("starting")
                .addKeyValue("command", spec.name())
                .addKeyValue("version", VersionCommand.version())
                .addKeyValue("java", System.getProperty("java.version"))
                .addKeyValue("tls", TlsEngines.describe())
                .log();
    }
}
