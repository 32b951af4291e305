package io.tlstunnel.mux.handshake;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.security.TunnelKey;
import org.jspecify.annotations.Nullable;

/**
 * What the dialling side brings to one handshake.
 *
 * @param name client name, or node id on a link; 1–255 bytes of UTF-8
 * @param session null if it has none yet
 * @param initialWindow bytes that the peer may send on a channel right behind OPEN
 * @param carrier of the connection that this handshake runs on
 * @param binding OFF: the proof is not bound to the certificate, which must be trusted then
 */
public record DiallerOffer(
        TunnelKey key,
        String name,
        @Nullable OwnSession session,
        int initialWindow,
        CarrierTrust carrier,
        ChannelBinding binding,
        Protocol protocol) {}
