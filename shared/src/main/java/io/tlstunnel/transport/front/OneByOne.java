package io.tlstunnel.transport.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.tlstunnel.transport.EventLoopContext;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of a channel that does not read by itself: hands on one message for each time that one was asked for.
 * A decoder in front makes many of one read; they wait here.
 */
abstract class OneByOne extends ChannelInboundHandlerAdapter {
    private final EventLoopContext loop;
    private final Queue<Object> waiting = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext ctx;
    private boolean wanted;
    private boolean handing;

    OneByOne(EventLoopContext loop) {
        this.loop = loop;
    }

    /** A message that was asked for; released when this returns. */
    abstract void take(Object message);

    final EventLoopContext loop() {
        return loop;
    }

    final ChannelHandlerContext context() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    /** Asks for one message; asking again before it came changes nothing. */
    final void readOne() {
        wanted = true;
        handOn();
    }

    private void handOn() {
        if (handing) {
            return; // not by recursion: many small ones may be waiting
        }
        handing = true;
        Object previous = loop.enter();
        try {
            while (wanted && !context().isRemoved()) {
                Object message = waiting.poll();
                if (message == null) {
                    context().read();
                    break;
                }
                wanted = false;
                handOn(message);
            }
        } finally {
            loop.leave(previous);
            handing = false;
        }
    }

    private void handOn(Object message) {
        try {
            take(message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        waiting.add(message);
        handOn();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }
}
