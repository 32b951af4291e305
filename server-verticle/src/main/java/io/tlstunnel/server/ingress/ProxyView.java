package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.RoutedClient;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as this node sees it at one moment.
 *
 * @param revision of the client's set that it is of
 * @param key where it is published, or null if it is not
 * @param way whether visitors of the key are sent to it
 * @param socket of this node
 * @param result what its client was told by this node, or null if it asked another one
 * @param failedElsewhere why other nodes cannot listen, by their ids; known where the client has a tunnel
 */
public record ProxyView(
        RoutedClient client,
        ProxySpec spec,
        long revision,
        @Nullable IngressKey key,
        Way way,
        SocketStatus socket,
        @Nullable ProxyResult result,
        Map<String, String> failedElsewhere) {

    /** Whether visitors find it. */
    public enum Way {
        ROUTED,
        NOT_ROUTED
    }

    /** Whether it is published on that port, or would be. */
    boolean isAbout(int port) {
        return key == null ? spec.publishPort() == port : key.port() == port;
    }

    /** Whether visitors of the key are sent to it. */
    public boolean isRouted() {
        return way == Way.ROUTED;
    }
}
