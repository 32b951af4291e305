package io.tlstunnel.server.ingress;

import io.tlstunnel.config.PortRange;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.FreePort;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.wire.ProxySpec;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Picks ports for {@code publish_port = 0}: the one that the proxy had within the last day, else a free one of
 * {@code auto_ports}; those that others may come back for are taken last. Control context only.
 */
final class PortPicker {
    private final PortPolicy policy;
    private final Claims claims;
    private final RememberedPorts remembered = new RememberedPorts();
    private PortRange autoPorts;

    PortPicker(PortPolicy policy, Claims claims, PortRange autoPorts) {
        this.policy = policy;
        this.claims = claims;
        this.autoPorts = autoPorts;
    }

    /** Other ports are picked from now on. */
    void autoPorts(PortRange changed) {
        autoPorts = changed;
    }

    PortRange autoPorts() {
        return autoPorts;
    }

    /** That port was picked for a proxy, here or at another node. */
    void picked(String client, String proxy, int port) {
        remembered.remember(client, proxy, port);
    }

    /**
     * A port that nobody has claimed.
     *
     * @param tried ports that could not be had
     * @return empty if there is none
     */
    Future<Optional<Integer>> pick(Session session, ProxySpec spec, Set<Integer> tried) {
        Predicate<Integer> may = port -> !tried.contains(port) && policy.mayPick(session.entry(), port);
        OptionalInt again = remembered.of(session.client(), spec.name());
        if (again.isPresent() && may.test(again.getAsInt())) {
            return Future.succeededFuture(Optional.of(again.getAsInt()));
        }
        Claim asking = new Claim(new IngressKey(spec.publishAddr(), 0), session.client(), spec.name(), session.ref());
        return claims.all()
                .map(all -> find(all, asking, may.and(remembered::isNobodys)).or(() -> find(all, asking, may)));
    }

    private Optional<Integer> find(List<Claim> all, Claim asking, Predicate<Integer> may) {
        return FreePort.find(all, asking, autoPorts.first(), autoPorts.last(), may);
    }
}
