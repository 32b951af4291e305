package io.tlstunnel.transport.dial;

import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.proxy.ProxyConnectException;
import io.tlstunnel.transport.dial.DialException.Kind;
import io.vertx.core.http.UpgradeRejectedException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Makes the sentences of {@link Explain} out of what Vert.x's client fails with. */
final class PlainFailures {
    private static final Pattern PROXY_STATUS = Pattern.compile("status: (\\d{3})");

    /** Netty makes 999 of what is no HTTP at all. */
    private static final int LAST_STATUS = 599;

    private PlainFailures() {}

    /** Netty's handshaker demands a sub-protocol back that it has sent; proxies strip it. */
    static boolean isMissingSubProtocol(Throwable failure) {
        return failure instanceof WebSocketHandshakeException
                && String.valueOf(failure.getMessage()).contains("subprotocol");
    }

    static DialException explain(DialTarget target, Throwable failure) {
        InetSocketAddress hop = InetSocketAddress.createUnresolved(
                target.firstHop().host(), target.firstHop().port());
        if (failure instanceof UpgradeRejectedException rejected) {
            return rejected.getStatus() > LAST_STATUS
                    ? Explain.notWebSocket(target, "no HTTP")
                    : Explain.status(target, rejected.getStatus());
        }
        if (failure instanceof ProxyConnectException) {
            Matcher status = PROXY_STATUS.matcher(String.valueOf(failure.getMessage()));
            return status.find()
                    ? Explain.proxy(target, Integer.parseInt(status.group(1)))
                    : Explain.notProxy(target, "no answer to CONNECT");
        }
        if (failure instanceof UnknownHostException) {
            return new DialException(
                    Kind.DNS,
                    "no address is known for \"" + target.firstHop().host()
                            + "\": is the name right, and does DNS work on this machine?",
                    failure);
        }
        if (Explain.find(failure, SSLException.class) != null) {
            return Explain.tls(target, failure);
        }
        if (failure instanceof SocketException || failure instanceof io.netty.channel.ConnectTimeoutException) {
            return Explain.connect(target, hop, failure);
        }
        if (failure instanceof TimeoutException) {
            return Explain.late(target, hop, "the WebSocket upgrade");
        }
        if (failure instanceof WebSocketHandshakeException) {
            return Explain.notWebSocket(target, String.valueOf(failure.getMessage()));
        }
        return Explain.broken(target, hop, "the WebSocket upgrade", failure);
    }
}
