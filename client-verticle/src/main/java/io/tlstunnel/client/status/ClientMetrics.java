package io.tlstunnel.client.status;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.metrics.Meters;
import io.tlstunnel.metrics.MetricsRegistry;
import io.tlstunnel.metrics.ProcessMeters;
import io.tlstunnel.metrics.StreamMeters;
import io.tlstunnel.metrics.Tally;
import io.tlstunnel.metrics.TrafficSnapshot;
import io.tlstunnel.metrics.TunnelMeters;
import io.tlstunnel.metrics.UpDown;
import io.tlstunnel.reload.ReloadOutcome;

/**
 * What a client counts; {@code docs/metrics.md} says what each figure means. Any thread, never waits: made to be called
 * on event loops.
 */
public final class ClientMetrics implements AutoCloseable {

    private final MetricsRegistry registry = new MetricsRegistry();
    private final Tally<DialOutcome> dials;
    private final Meters.Counting reconnects;
    private final Tally<LocalDialFailure> localDialFailures;
    private final UpDown proxiesPublished;
    private final Tally<HealthCheckOutcome> healthChecks;
    private final UpDown servicesDown;
    private final Tally<ReloadOutcome> reloads;
    private final TunnelMeters tunnels;
    private final StreamMeters streams;
    private final ProcessMeters process;

    public ClientMetrics(AdminConfig config) {
        final Meters meters = registry.meters("tls_tunnel_client");
        dials = meters.tally(
                "dials",
                "Attempts to bring a tunnel up, by the step that failed; ok: the tunnel is up",
                DialOutcome.class,
                Meters.Label.of("outcome"));
        reconnects = meters.counting("reconnects", "Tunnels that came up in place of one that was lost");
        localDialFailures = meters.tally(
                "local_dial_failures",
                "Streams for which the local service could not be reached, by reason",
                LocalDialFailure.class,
                Meters.Label.of("reason"));
        proxiesPublished = meters.upDown("proxies_published", "Proxies that a server publishes for us now");
        healthChecks = meters.tally(
                "health_checks",
                "Checks of local services, by outcome",
                HealthCheckOutcome.class,
                Meters.Label.of("outcome"));
        servicesDown = meters.upDown("services_down", "Local services that are down by their health_check");
        reloads = meters.tally(
                "reloads",
                "Readings of the configuration while the program ran; refused: it had mistakes and changed nothing",
                ReloadOutcome.class,
                Meters.Label.of("outcome"));
        tunnels = new TunnelMeters(meters);
        streams = new StreamMeters(registry, meters, config.metricsMaxProxies());
        process = new ProcessMeters(meters);
    }

    /** What builds the client's Vert.x and is shown by the admin server. */
    public MetricsRegistry registry() {
        return registry;
    }

    /** An attempt to bring a tunnel up is over. */
    public void dialled(DialOutcome outcome) {
        dials.count(outcome);
    }

    /** A tunnel came up in place of one that was lost. */
    public void reconnected() {
        reconnects.count();
    }

    /** The local service could not be reached. */
    public void localDialFailed(LocalDialFailure reason) {
        localDialFailures.count(reason);
    }

    public UpDown proxiesPublished() {
        return proxiesPublished;
    }

    /** A local service was looked at. */
    public void healthChecked(HealthCheckOutcome outcome) {
        healthChecks.count(outcome);
    }

    public UpDown servicesDown() {
        return servicesDown;
    }

    /** The configuration was read again. */
    public void reloaded(ReloadOutcome outcome) {
        reloads.count(outcome);
    }

    public TunnelMeters tunnels() {
        return tunnels;
    }

    public StreamMeters streams() {
        return streams;
    }

    /** To be told once, at start, what runs and where to read memory from. */
    public ProcessMeters process() {
        return process;
    }

    /** The figures now. */
    public TrafficSnapshot snapshot() {
        return TrafficSnapshot.of(tunnels, streams);
    }

    @Override
    public void close() {
        registry.close();
    }
}
