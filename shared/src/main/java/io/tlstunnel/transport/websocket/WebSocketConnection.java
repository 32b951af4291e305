package io.tlstunnel.transport.websocket;

import io.netty.channel.Channel;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.ChannelConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.Peers;
import io.tlstunnel.transport.VertxRuntime;

/** Connections on the fast path: our codec right on the channel. */
public final class WebSocketConnection {
    private WebSocketConnection() {}

    /** As {@link ChannelConnection#on}, for a channel on which the upgrade is done. */
    public static CarrierConnection on(
            Channel channel, VertxRuntime runtime, EventLoopContext loop, Role role, Peers peers) {
        return ChannelConnection.on(channel, runtime, loop, new WebSocketCarrier(loop, role), peers);
    }
}
