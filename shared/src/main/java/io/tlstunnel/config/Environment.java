package io.tlstunnel.config;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Environment variables as a layer over the file: {@code TLS_TUNNEL_SERVER_BIND_PORT} and so on. */
final class Environment {
    private static final String PREFIX = "TLS_TUNNEL_";

    /** Ways to give one secret: the environment's replaces the file's whichever it is. */
    private static final List<Set<String>> SOURCES = List.of(
            Set.of("auth_key", "auth_key_file"), Set.of("secret", "secret_file"), Set.of("token", "token_file"));

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = new TreeMap<>(variables);
    }

    static String variable(Section section, Key<?> key) {
        return PREFIX + section.name().toUpperCase(Locale.ROOT) + "_"
                + key.name().toUpperCase(Locale.ROOT);
    }

    /** Lays the variables of these tables over the document. An empty variable counts as absent. */
    void overlay(Document document, List<Section> sections, Problems problems) {
        for (final Section section : sections) {
            if (section.form() == Section.Form.SINGLE) {
                overlay(document, section);
                warnOfUnknown(section, problems);
            }
        }
    }

    private void overlay(Document document, Section section) {
        final Set<String> replaced = new HashSet<>();
        for (final Key<?> key : section.keys()) {
            if (value(section, key) != null) {
                replaced.add(key.name());
                replaced.addAll(key.aliases());
                SOURCES.stream().filter(ways -> ways.contains(key.name())).forEach(replaced::addAll);
            }
        }
        if (document.tree().getValue(section.name()) instanceof JsonObject table) {
            replaced.forEach(table::remove);
        }
        for (final Key<?> key : section.keys()) {
            final String value = value(section, key);
            if (value != null) {
                final Origin origin = Origin.inEnvironment(variable(section, key));
                document.override(section.name(), key.name(), key.type().texts().value(value), origin);
            }
        }
    }

    private @Nullable String value(Section section, Key<?> key) {
        final String value = variables.get(variable(section, key));
        return value == null || value.isBlank() ? null : value.strip();
    }

    /**
     * A variable that is nearly one of ours. Only a warning, and only when near: Kubernetes makes variables like
     * TLS_TUNNEL_SERVER_SERVICE_HOST out of the names of services.
     */
    private void warnOfUnknown(Section section, Problems problems) {
        final String prefix = PREFIX + section.name().toUpperCase(Locale.ROOT) + "_";
        final List<String> known = new ArrayList<>();
        section.keys().forEach(key -> known.add(variable(section, key)));
        for (final String variable : variables.keySet()) {
            if (variable.startsWith(prefix) && !known.contains(variable)) {
                final List<String> names =
                        section.keys().stream().map(Key::name).toList();
                final String near = Spelling.nearest(variable.substring(prefix.length()), names);
                if (near != null) {
                    problems.warn(
                            Origin.inEnvironment(variable),
                            near,
                            "is not a variable of ours; did you mean " + prefix + near.toUpperCase(Locale.ROOT) + "?");
                }
            }
        }
    }
}
