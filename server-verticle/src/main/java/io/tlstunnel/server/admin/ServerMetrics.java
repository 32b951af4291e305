package io.tlstunnel.server.admin;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.metrics.Meters;
import io.tlstunnel.metrics.Meters.Counting;
import io.tlstunnel.metrics.MetricsRegistry;
import io.tlstunnel.metrics.ProcessMeters;
import io.tlstunnel.metrics.StreamMeters;
import io.tlstunnel.metrics.Tally;
import io.tlstunnel.metrics.TrafficSnapshot;
import io.tlstunnel.metrics.TunnelMeters;
import io.tlstunnel.metrics.UpDown;
import io.tlstunnel.reload.ReloadOutcome;
import io.tlstunnel.wire.RefusalCode;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What a node counts; {@code docs/metrics.md} says what each figure means. Any thread, never waits: made to be called on
 * event loops.
 */
public final class ServerMetrics implements AutoCloseable {

    private static final String REFUSALS = "refusals";
    private static final String REFUSALS_HELP =
            "Refused tunnels (a client's handshake), proxies (a publication) and visitors (a public connection),"
                    + " by reason";

    private final MetricsRegistry registry = new MetricsRegistry();
    private final Tally<HandshakeOutcome> handshakes;
    private final Tally<TunnelRefusal> tunnelRefusals;
    private final Tally<RefusalCode> proxyRefusals;
    private final Tally<VisitorRefusal> visitorRefusals;
    private final UpDown sessions;
    private final UpDown listeners;
    private final UpDown heldConnections;
    private final UpDown frontConnections;
    private final Meters.Counting passedOn;
    private final Tally<ReloadOutcome> reloads;
    private final UpDown links;
    private final Counting relayed;
    private final Tally<RelayRefusal> relayRefusals;
    private final AtomicInteger members = new AtomicInteger(1);
    private volatile LongSupplier relayReserved = () -> 0;
    private final TunnelMeters tunnels;
    private final StreamMeters streams;
    private final ProcessMeters process;

    public ServerMetrics(AdminConfig config) {
        final Meters meters = registry.meters("tls_tunnel");
        handshakes = meters.tally(
                "handshakes",
                "Tunnel handshakes by outcome; refusals say why, transport means the connection was lost meanwhile",
                HandshakeOutcome.class,
                Meters.Label.of("outcome"));
        tunnelRefusals = refusals(meters, "tunnel", TunnelRefusal.class);
        proxyRefusals = refusals(meters, "proxy", RefusalCode.class);
        visitorRefusals = refusals(meters, "visitor", VisitorRefusal.class);
        sessions = meters.upDown("sessions", "Sessions of clients, those that wait for their tunnel included");
        listeners = meters.upDown("listeners", "Public sockets that listen for visitors");
        heldConnections = meters.upDown(
                "held_connections", "Public connections that wait (at most hold_timeout) for a client to come back");
        frontConnections =
                meters.upDown("front_connections", "Connections on the tunnel port, whatever they turn out to be");
        passedOn = meters.counting(
                "visitors_passed_on",
                "Visitors that went to another member of a group, for the first one did not take them");
        reloads = meters.tally(
                "reloads",
                "Readings of the configuration while the program ran; refused: it had mistakes and changed nothing",
                ReloadOutcome.class,
                Meters.Label.of("outcome"));
        links = meters.upDown(
                "links", "Links of other nodes' loops, over which visitors of this node reach their clients");
        relayed = meters.counting(
                "relayed_streams", "Streams that entered another node and passed this one on their way to a client");
        relayRefusals = meters.tally(
                "relay_refusals",
                "Times that another node did not pass on a stream which entered here; it went on by the next way",
                RelayRefusal.class,
                Meters.Label.of("reason"));
        meters.gauge(
                "relay_reserved_bytes",
                "Bytes of relay_budget in use, of all clients' tunnels together",
                () -> relayReserved.getAsLong());
        meters.gauge("cluster_members", "Nodes of the cluster, this one included", members::get);
        tunnels = new TunnelMeters(meters);
        streams = new StreamMeters(registry, meters, config.metricsMaxProxies());
        process = new ProcessMeters(meters);
    }

    private static <E extends Enum<E>> Tally<E> refusals(Meters meters, String what, Class<E> reasons) {
        return meters.tally(
                REFUSALS, REFUSALS_HELP, reasons, Meters.Label.of("reason").with("what", what));
    }

    /** What builds the node's Vert.x and is shown by the admin server. */
    public MetricsRegistry registry() {
        return registry;
    }

    /** A handshake is over. */
    public void handshake(HandshakeOutcome outcome) {
        handshakes.count(outcome);
    }

    /** A client was not admitted; the handshake's outcome is counted besides. */
    public void refused(TunnelRefusal reason) {
        tunnelRefusals.count(reason);
    }

    /** A proxy was not published. */
    public void refused(RefusalCode reason) {
        proxyRefusals.count(reason);
    }

    /** A visitor was turned away. */
    public void refused(VisitorRefusal reason) {
        visitorRefusals.count(reason);
    }

    public UpDown sessions() {
        return sessions;
    }

    public UpDown listeners() {
        return listeners;
    }

    public UpDown heldConnections() {
        return heldConnections;
    }

    public UpDown frontConnections() {
        return frontConnections;
    }

    /** Another node did not pass on a stream. */
    public void refused(RelayRefusal reason) {
        relayRefusals.count(reason);
    }

    /** How often that was so. */
    public long refusals(RelayRefusal reason) {
        return relayRefusals.value(reason);
    }

    /** A visitor goes to another member of a group, for the first one did not take it. */
    public void passedOn() {
        passedOn.count();
    }

    /** The configuration was read again. */
    public void reloaded(ReloadOutcome outcome) {
        reloads.count(outcome);
    }

    /** Links that visitors can take. */
    public UpDown links() {
        return links;
    }

    /** Streams that pass this node. */
    public Counting relayed() {
        return relayed;
    }

    /** Where to read what relays have reserved. Any thread. */
    public void relayReserved(LongSupplier bytes) {
        relayReserved = bytes;
    }

    /** Bytes that relays have reserved now. */
    public long relayReserved() {
        return relayReserved.getAsLong();
    }

    /** Nodes of the cluster, this one included; 1 without a cluster. */
    public int members() {
        return members.get();
    }

    /** The cluster has so many nodes now, this one included. */
    public void members(int now) {
        members.set(now);
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
