package io.tlstunnel.transport.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** What this package needs of Vert.x beyond its public API; nothing else here imports its internals. */
final class VertxLoops {

    private VertxLoops() {}

    /** The event loop that a context runs on. */
    static EventLoop of(Context context) {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /** A promise whose future calls its handlers on {@code context}, also those that come after its completion. */
    static <T> Promise<T> promise(Context context) {
        return ((ContextInternal) context).promise();
    }

    /** Makes unconnected sockets of the transport that the event loops of {@code vertx} drive. */
    static ChannelFactory<? extends Channel> sockets(Vertx vertx) {
        return ((VertxInternal) vertx).transport().channelFactory(false);
    }

    /** Makes unbound listening sockets of the transport that the event loops of {@code vertx} drive. */
    static ChannelFactory<? extends ServerChannel> serverSockets(Vertx vertx) {
        return ((VertxInternal) vertx).transport().serverChannelFactory(false);
    }

    /** The channel under a socket of the public API. */
    static SocketChannel channel(NetSocket socket) {
        return (SocketChannel)
                ((NetSocketInternal) socket).channelHandlerContext().channel();
    }
}
