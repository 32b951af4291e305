package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.routing.LocalClaims;
import io.tlstunnel.server.tunnel.Epochs;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** What this node shares with the others of its cluster. */
public interface Neighbours {

    /** Whether there can be others. */
    boolean isCluster();

    /** Whether this node is the one that cleans up for all. */
    boolean isCleaner();

    /** Whose event bus reaches the others. */
    Vertx bus();

    Claims claims();

    Epochs epochs();

    /** The link to a node's loop, or null while there is none. Any thread. */
    @Nullable
    NodeTunnel linkTo(Holder holder);

    /** Has {@code changed} told, on any thread, when links have come up or gone. */
    void onLinks(Runnable changed);

    /** Of a single node. */
    static Neighbours none(Vertx vertx, Epochs epochs) {
        Claims claims = new LocalClaims();
        return new Neighbours() {
            @Override
            public boolean isCluster() {
                return false;
            }

            @Override
            public boolean isCleaner() {
                return false;
            }

            @Override
            public Vertx bus() {
                return vertx;
            }

            @Override
            public Claims claims() {
                return claims;
            }

            @Override
            public Epochs epochs() {
                return epochs;
            }

            @Override
            public @Nullable NodeTunnel linkTo(Holder holder) {
                return null;
            }

            @Override
            public void onLinks(Runnable changed) {
                // There are none.
            }
        };
    }
}
