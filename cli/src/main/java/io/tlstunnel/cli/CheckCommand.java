package io.tlstunnel.cli;

import io.tlstunnel.config.ConfigException;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.FileKind;
import io.tlstunnel.config.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel check}. */
@Command(
        name = "check",
        header = "Check a configuration without starting anything; shows all mistakes at once.",
        description = "Each mistake is a sentence with file:line:column, on standard output.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel check server.toml",
            "  tls-tunnel check --format json client.toml | jq '.problems[].message'"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:the file can be used", Exit.RUNTIME_TEXT, " 2:it has mistakes"})
final class CheckCommand implements Callable<Integer> {

    /** Shape of the answer. */
    enum Format {
        text,
        json
    }

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Option(names = "--format", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}")
    private Format format = Format.text;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final Verdict verdict = verdict();
        final PrintWriter out = Output.of(spec);
        switch (format) {
            case text -> verdict.text().forEach(line -> out.println(line));
            case json -> out.println(verdict.json().encodePrettily());
        }
        return (verdict.problems.isEmpty() ? Exit.OK : Exit.USAGE).code();
    }

    private Verdict verdict() {
        final String name = String.valueOf(file.path());
        try {
            return new Verdict(name, List.of(), warnings(file.path()));
        } catch (ConfigException e) {
            return new Verdict(name, e.problems(), List.of());
        }
    }

    private static List<Problem> warnings(Path file) {
        return ConfigFiles.kindOf(file) == FileKind.CLIENT
                ? ConfigFiles.loadClient(file, System.getenv()).warnings()
                : ConfigFiles.loadServer(file, System.getenv()).warnings();
    }

    private record Verdict(String file, List<Problem> problems, List<Problem> warnings) {

        List<String> text() {
            if (!problems.isEmpty()) {
                return problems.stream().map(Problem::toString).toList();
            }
            return Stream.concat(
                            warnings.stream().map(warning -> warning + " (a warning)"),
                            Stream.of(file + ": can be used"))
                    .toList();
        }

        JsonObject json() {
            return new JsonObject()
                    .put("file", file)
                    .put("usable", problems.isEmpty())
                    .put("problems", array(problems))
                    .put("warnings", array(warnings));
        }

        private static JsonArray array(List<Problem> problems) {
            final JsonArray array = new JsonArray();
            problems.forEach(problem -> array.add(json(problem)));
            return array;
        }

        private static JsonObject json(Problem problem) {
            final JsonObject json = new JsonObject().put("source", problem.source());
            if (problem.line() > 0) {
                json.put("line", problem.line()).put("column", problem.column());
            }
            json.put("key", problem.key()).put("message", problem.message());
            return problem.instead() == null ? json : json.put("instead", problem.instead());
        }
    }
}
