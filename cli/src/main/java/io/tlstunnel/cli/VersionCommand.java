package io.tlstunnel.cli;

import io.tlstunnel.config.Engine;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel version}. */
@Command(
        name = "version",
        header = "Show the versions of the program and of what it runs on, and which natives are active.",
        footerHeading = "%nExample:%n",
        footer = "  tls-tunnel version     (put this into a bug report)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT})
final class VersionCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        final PrintWriter out = Output.of(spec);
        out.println(own());
        out.println(
                "Java     " + System.getProperty("java.vm.version") + " (" + System.getProperty("java.vendor") + "), "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        out.println("Vert.x   " + resource("/META-INF/vertx/vertx-version.txt").strip());
        out.println("sockets  " + sockets());
        out.println("TLS      " + TlsEngines.describe());
    }

    private static String own() {
        return "tls-tunnel " + version();
    }

    /** Of this build. */
    static String version() {
        final Properties build = new Properties();
        try {
            build.load(new java.io.StringReader(resource("/io/tlstunnel/cli/build.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }

    private static String sockets() {
        final Vertx vertx = VertxRuntime.builder(Engine.Io.AUTO).build();
        try {
            return VertxRuntime.of(vertx).io().name().toLowerCase(Locale.ROOT);
        } finally {
            Supervisor.close(vertx);
        }
    }

    private static String resource(String path) {
        try (InputStream in = VersionCommand.class.getResourceAsStream(path)) {
            return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code --version}. */
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {own()};
        }
    }
}
