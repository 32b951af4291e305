package io.tlstunnel.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/** Closing without a word. */
public final class AbruptClose {
    private AbruptClose() {}

    /** Closes from the head of the pipeline: a TLS handler on the way would first try to say goodbye. Any thread. */
    public static void now(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        ChannelFuture closing = first == null ? channel.close() : first.close();
        closing.addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }
}
