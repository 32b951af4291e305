package io.tlstunnel.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be so before a balancer may send anyone here. Any thread; may grow while it is asked. Without any check
 * the process is ready.
 */
public final class ReadinessChecks {

    private static final Logger LOG = LoggerFactory.getLogger(ReadinessChecks.class);

    private final List<Check> checks = new CopyOnWriteArrayList<>();

    /**
     * Adds a check.
     *
     * @param name one word or two for the answer's key, as in {@code tunnel_port}
     * @param obstacle one sentence that says what is missing, or null when all is well; asked at each request, on a
     *     thread of its own choice, and must not block
     */
    public ReadinessChecks add(String name, Supplier<@Nullable String> obstacle) {
        checks.add(new Check(name, obstacle));
        return this;
    }

    /** What is missing, by name of the check, in the order in which they were added; empty when ready. */
    Map<String, String> obstacles() {
        final Map<String, String> found = new LinkedHashMap<>();
        for (final Check check : checks) {
            final String obstacle = check.ask();
            if (obstacle != null) {
                found.put(check.name, obstacle);
            }
        }
        return found;
    }

    private record Check(String name, Supplier<@Nullable String> obstacle) {

        /** A check that fails is no proof of readiness. */
        @Nullable
        String ask() {
            try {
                return obstacle.get();
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .setMessage("readiness check failed")
                        .addKeyValue("check", name)
                        .setCause(e)
                        .log();
                return "the check itself failed, see the log";
            }
        }
    }
}
