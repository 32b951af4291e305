package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.RoutedClient;
import io.tlstunnel.server.tunnel.SessionStatus;
import org.jspecify.annotations.Nullable;

/**
 * A client as this node sees it at one moment.
 *
 * @param here its session at this node, or null if it has none
 * @param streams of visitors who entered here
 * @param endsInMillis how long it is waited for, or null while it has a tunnel or where another node knows
 */
public record ClientView(
        RoutedClient client,
        @Nullable SessionStatus here,
        int streams,
        @Nullable Long endsInMillis) {}
