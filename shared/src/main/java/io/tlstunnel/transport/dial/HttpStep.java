package io.tlstunnel.transport.dial;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.tlstunnel.transport.Unpromised;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One request and the head of its response, on a codec that is there for them only. */
final class HttpStep extends ChannelInboundHandlerAdapter {
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_CHUNK = 8192;

    private final HttpClientCodec codec = new HttpClientCodec(MAX_LINE, MAX_HEADERS, MAX_CHUNK);
    private final HttpMethod method;
    private final BiConsumer<HttpStep, HttpResponse> answered;
    private @Nullable HttpResponse switching;

    private HttpStep(HttpMethod method, BiConsumer<HttpStep, HttpResponse> answered) {
        this.method = method;
        this.answered = answered;
    }

    /**
     * Sends {@code request}.
     *
     * @param before name of the handler that stays last
     * @param answered gets the head of the response; where the connection changes its protocol with it, once the codec
     *     is through with it, so that this step may {@link #leave}
     */
    static void send(
            ChannelPipeline pipeline, String before, HttpRequest request, BiConsumer<HttpStep, HttpResponse> answered) {
        HttpStep step = new HttpStep(request.method(), answered);
        pipeline.addBefore(before, null, step.codec);
        pipeline.addBefore(before, null, step);
        Unpromised.writeAndFlush(pipeline.lastContext(), request);
    }

    /** Takes itself out of the pipeline; what the codec still holds goes to the next handler. */
    void leave(ChannelPipeline pipeline) {
        pipeline.remove(this);
        pipeline.remove(codec);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpResponse head) {
                head(head);
            }
            if (message instanceof LastHttpContent && switching != null) {
                answered.accept(this, switching);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(HttpResponse head) {
        int status = head.status().code();
        boolean switches = status == 101 || (method.equals(HttpMethod.CONNECT) && status / 100 == 2);
        if (switches && head.decoderResult().isSuccess()) {
            switching = head;
        } else if (status / 100 != 1 || head.decoderResult().isFailure()) {
            answered.accept(this, head);
        }
    }
}
