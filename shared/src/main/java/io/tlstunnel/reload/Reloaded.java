package io.tlstunnel.reload;

import io.tlstunnel.config.ConfigChanges;
import io.tlstunnel.config.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * What came of reading a configuration again.
 *
 * @param file that was read
 * @param mistakes what is wrong with it; if anything is, nothing was changed
 * @param warnings what is odd about it
 * @param changes what differs from what ran before
 */
public record Reloaded(Path file, List<Problem> mistakes, List<Problem> warnings, ConfigChanges changes) {
    private static final ConfigChanges NONE = new ConfigChanges(List.of(), List.of());

    public Reloaded {
        mistakes = List.copyOf(mistakes);
        warnings = List.copyOf(warnings);
    }

    static Reloaded refused(Path file, List<Problem> mistakes) {
        return new Reloaded(file, mistakes, List.of(), NONE);
    }

    /** Whether the file could be used. */
    public boolean isApplied() {
        return mistakes.isEmpty();
    }

    /** How it is counted. */
    public ReloadOutcome outcome() {
        return isApplied() ? ReloadOutcome.APPLIED : ReloadOutcome.REFUSED;
    }

    /** For the admin port. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("file", file.toAbsolutePath().normalize().toString())
                .put("applied", isApplied())
                .put("mistakes", texts(mistakes))
                .put("warnings", texts(warnings))
                .put("changed", new JsonArray(changes.live()))
                .put("needs_restart", new JsonArray(changes.restart()));
    }

    private static JsonArray texts(List<Problem> problems) {
        return new JsonArray(problems.stream().map(Problem::toString).toList());
    }
}
