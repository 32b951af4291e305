package io.tlstunnel.cli;

import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.FileKind;
import io.tlstunnel.config.ServerConfig;
import io.vertx.core.json.JsonObject;
import io.vertx.launcher.application.VertxApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * {@code run VERTICLE -conf FILE} as users of Vert.x know it: takes the TOML file out of the arguments, checks it and
 * hands the rest over to Vert.x' launcher, which knows neither {@code run} nor TOML (it would start with an empty
 * configuration and say nothing).
 */
final class VertxRun {

    private static final Set<String> CONF = Set.of("-conf", "--conf");

    private final List<String> launcherArguments = new ArrayList<>();
    private @Nullable String conf;

    private final CommandLine command;

    private VertxRun(CommandLine command) {
        this.command = command;
    }

    /** Blocks until Vert.x is closed, by a signal or by the verticle. */
    static Exit run(CommandLine command, List<String> arguments) {
        if (arguments.isEmpty() || !arguments.get(0).equals("run")) {
            throw new ParameterException(command, "vertx takes: run VERTICLE -conf FILE");
        }
        final VertxRun run = new VertxRun(command);
        run.split(arguments.subList(1, arguments.size()));
        return run.launch();
    }

    private void split(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (!CONF.contains(arguments.get(i))) {
                launcherArguments.add(arguments.get(i));
            } else if (++i < arguments.size()) {
                conf = arguments.get(i);
            } else {
                throw new ParameterException(command, "which FILE after -conf?");
            }
        }
    }

    private Exit launch() {
        final VerticleHooks hooks = hooks();
        return Signals.during(() -> launch(hooks), hooks::stop);
    }

    private Exit launch(VerticleHooks hooks) {
        final int code = new QuietApplication(launcherArguments, hooks).launch();
        if (code != Exit.OK.code()) {
            hooks.throwFailure();
            return code == Exit.USAGE.code() ? Exit.USAGE : Exit.RUNTIME;
        }
        return hooks.awaitEnd();
    }

    /** JSON, in place or in a file, goes through as it is: Vert.x takes it too. */
    private VerticleHooks hooks() {
        if (conf == null) {
            return new VerticleHooks(null, Engine.Io.AUTO);
        }
        if (conf.stripLeading().startsWith("{") || conf.toLowerCase(Locale.ROOT).endsWith(".json")) {
            launcherArguments.addAll(List.of("--conf", conf));
            return new VerticleHooks(null, Engine.Io.AUTO);
        }
        final Path file = Path.of(conf);
        final JsonObject tree = ConfigFiles.readTree(file);
        return new VerticleHooks(
                tree, engine(command.getCommandSpec(), tree, file).io());
    }

    /** Ends here, with every mistake at its line, rather than in a verticle's start. */
    private static Engine engine(CommandSpec spec, JsonObject tree, Path file) {
        if (ConfigFiles.kindOf(file) == FileKind.SERVER) {
            final ServerConfig server =
                    ConfigFiles.serverFrom(tree, file, System.getenv()).config();
            Start.quietly(spec, server.log());
            return server.engine();
        }
        final ClientConfig client =
                ConfigFiles.clientFrom(tree, file, System.getenv()).config();
        Start.quietly(spec, client.log());
        return client.engine();
    }

    /** Leaves exiting to us; its picocli has printed the usage already. */
    private static final class QuietApplication extends VertxApplication {
        QuietApplication(List<String> arguments, VerticleHooks hooks) {
            super(arguments.toArray(String[]::new), hooks, false, false);
        }
    }
}
