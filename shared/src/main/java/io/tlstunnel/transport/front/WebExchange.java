package io.tlstunnel.transport.front;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.net.InetSocketAddress;

/** One ordinary HTTP request and its answer, whichever server took it. On its context. */
interface WebExchange {

    /**
     * The head of the request.
     *
     * @param secure whether it came over TLS
     * @param body whether a body follows
     */
    record Request(
            String method, String uri, MultiMap headers, InetSocketAddress remote, boolean secure, boolean body) {

        boolean isHead() {
            return method.equals("HEAD");
        }

        boolean isGetOrHead() {
            return method.equals("GET") || isHead();
        }
    }

    Request request();

    /** The body; paused. What nobody reads is dropped when the answer has ended. */
    ReadStream<Buffer> body();

    /**
     * Sends the head of the answer. Without {@code Content-Length} the length is told by chunks or by the end of the
     * connection. What is written to answer a HEAD is dropped.
     */
    WriteStream<Buffer> answer(int status, MultiMap headers);

    /** Answers 101 with {@code headers}; from then on the connection is raw bytes. */
    Future<RawBytes> switchProtocols(MultiMap headers);

    /** Breaks the connection off: an answer that has begun cannot be finished. */
    void breakOff();

    /** Called when the connection is lost before the answer has ended. */
    void onLost(Runnable lost);

    /** A whole small answer. */
    default void answer(int status, MultiMap headers, String text) {
        Buffer body = Buffer.buffer(text);
        headers.set("Content-Length", Integer.toString(body.length()));
        answer(status, headers).end(body);
    }

    /** A connection that has left HTTP. Both streams are paused or idle until used. */
    interface RawBytes {
        ReadStream<Buffer> input();

        WriteStream<Buffer> output();

        /** Called once when the connection is gone. */
        void onClosed(Runnable closed);

        /** Closes after what was written. */
        void close();
    }
}
