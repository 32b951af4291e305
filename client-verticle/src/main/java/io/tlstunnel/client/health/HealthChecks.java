package io.tlstunnel.client.health;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.client.status.HealthCheckOutcome;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.HealthCheck;
import io.tlstunnel.config.ProxyConfig;
import io.tlstunnel.transport.socket.FarSockets;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the services of all proxies that want it, each with one check at a time, and tells which are down. On its context.
 */
public final class HealthChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

    /** Checks that wait for an answer at once: each holds a descriptor. */
    private static final int MOST_AT_ONCE = 100;
    /** When a check is due again that found no room. */
    private static final Duration NO_ROOM = Duration.ofMillis(100);

    private final Vertx vertx;
    private final Context context;
    private final FarSockets sockets;
    private final ClientMetrics metrics;
    private final Consumer<Set<String>> changed;
    private final Map<String, Watch> watches = new HashMap<>();
    private int running;
    private Set<String> lastTold = Set.of();

    /** @param changed told of the proxies whose service is down, whenever they are others */
    public HealthChecks(Context context, ClientConfig config, ClientMetrics metrics, Consumer<Set<String>> changed) {
        this.vertx = context.owner();
        this.context = context;
        this.sockets = FarSockets.of(config.engine().dataPath(), vertx);
        this.metrics = metrics;
        this.changed = changed;
    }

    /** Looks after these from now on; who is checked as before is known as before. */
    public void watch(List<ProxyConfig> proxies) {
        Map<String, ProxyConfig> wanted = proxies.stream()
                .filter(proxy -> proxy.healthCheck() != null)
                .collect(Collectors.toMap(ProxyConfig::name, proxy -> proxy));
        List.copyOf(watches.values()).stream()
                .filter(watch -> !watch.isFor(wanted.get(watch.proxy.name())))
                .forEach(Watch::end);
        wanted.forEach((name, proxy) -> {
            HealthCheck rules = proxy.healthCheck();
            if (rules != null && !watches.containsKey(name)) {
                Watch watch = new Watch(proxy, rules);
                watches.put(name, watch);
                watch.check();
            }
        });
        tell();
    }

    /** Ends. */
    public void close() {
        List.copyOf(watches.values()).forEach(Watch::end);
    }

    private void tell() {
        Set<String> down = watches.values().stream()
                .filter(watch -> watch.state.isDown())
                .map(watch -> watch.proxy.name())
                .collect(Collectors.toUnmodifiableSet());
        if (!down.equals(lastTold)) {
            lastTold = down;
            changed.accept(down);
        }
    }

    /** One service. */
    private final class Watch {
        private final ProxyConfig proxy;
        private final HealthCheck rules;
        private final HealthState state;
        private long timer = -1;
        private boolean over;

        Watch(ProxyConfig proxy, HealthCheck rules) {
            this.proxy = proxy;
            this.rules = rules;
            this.state = new HealthState(rules);
        }

        boolean isFor(@Nullable ProxyConfig wanted) {
            return wanted != null
                    && rules.equals(wanted.healthCheck())
                    && proxy.localAddr().equals(wanted.localAddr())
                    && proxy.localPort() == wanted.localPort();
        }

        void end() {
            over = true;
            vertx.cancelTimer(timer);
            watches.remove(proxy.name(), this);
            if (state.isDown()) {
                metrics.servicesDown().down();
            }
        }

        void check() {
            if (running >= MOST_AT_ONCE) {
                checkAfter(NO_ROOM);
                return;
            }
            running++;
            long begun = System.nanoTime();
            ServiceCheck.run(context, sockets, proxy, rules).onComplete(done -> {
                running--;
                if (!over) {
                    settle(
                            done.succeeded(),
                            done.succeeded() ? "" : String.valueOf(done.cause().getMessage()));
                    checkAfter(state.pause().minusNanos(System.nanoTime() - begun));
                }
            });
        }

        private void checkAfter(Duration pause) {
            timer = vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> check());
        }

        private void settle(boolean well, String reason) {
            boolean wasDown = state.isDown();
            metrics.healthChecked(well ? HealthCheckOutcome.OK : HealthCheckOutcome.FAILED);
            if (well) {
                state.succeeded();
            } else {
                state.failed();
            }
            if (state.isDown() == wasDown) {
                return;
            }
            if (wasDown) {
                metrics.servicesDown().down();
                LOG.atInfo()
                        .setMessage("local service is up again")
                        .addKeyValue("proxy", proxy.name())
                        .log();
            } else {
                metrics.servicesDown().up();
                LOG.atWarn()
                        .setMessage("local service is down")
                        .addKeyValue("proxy", proxy.name())
                        .addKeyValue("reason", reason)
                        .log();
            }
            tell();
        }
    }
}
