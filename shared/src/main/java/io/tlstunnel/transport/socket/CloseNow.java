package io.tlstunnel.transport.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;

/** Ways to close a channel at once, past every handler in its pipeline. Called on its event loop, if it has one yet. */
final class CloseNow {

    private CloseNow() {}

    /** Closes; what the kernel has is still delivered. */
    static void gracefully(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
    }

    /** Closes so that the peer sees a reset. */
    static void withReset(Channel channel) {
        dropOnClose(channel);
        gracefully(channel);
    }

    /** Closes a channel that no event loop has seen yet so that the peer sees a reset. */
    static void unregisteredWithReset(Channel channel) {
        dropOnClose(channel);
        unregistered(channel);
    }

    /** Closes a channel that no event loop has seen yet. */
    static void unregistered(Channel channel) {
        channel.unsafe().closeForcibly();
    }

    private static void dropOnClose(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException goneAlready) {
            // Its peer was faster: there is no connection left to reset.
        }
    }
}
