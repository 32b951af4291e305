package io.tlstunnel.transport;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the two ends of a connection.
 *
 * @param leafSha256 as {@link CarrierConnection#leafSha256}
 * @param leafTrusted as {@link CarrierConnection#leafTrusted}
 */
public record Peers(
        InetSocketAddress remote, InetSocketAddress local, byte @Nullable [] leafSha256, boolean leafTrusted) {}
