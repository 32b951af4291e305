package io.tlstunnel.transport.dial;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.util.NetUtil;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.dial.DialException.Kind;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The sentences of failed dials. */
final class Explain {
    private Explain() {}

    /** The TCP connection did not come about. */
    static DialException connect(DialTarget target, InetSocketAddress address, Throwable cause) {
        String peer = peer(target, address);
        if (cause instanceof ConnectTimeoutException) {
            return new DialException(
                    Kind.TIMEOUT,
                    peer + " did not answer within " + target.connectTimeout().toMillis()
                            + " ms: is it reachable from here, does a firewall drop the port?",
                    cause);
        }
        if (cause instanceof NoRouteToHostException
                || String.valueOf(cause.getMessage()).contains("unreachable")) {
            return new DialException(Kind.NETWORK, peer + " cannot be reached from this network", cause);
        }
        if (cause instanceof ConnectException) {
            return new DialException(
                    Kind.REFUSED, peer + " refused the connection: does it run, and is the port right?", cause);
        }
        return new DialException(Kind.NETWORK, "connecting to " + peer + " failed: " + cause.getMessage(), cause);
    }

    /** Something broke while {@code doing}. */
    static DialException broken(DialTarget target, InetSocketAddress address, String doing, Throwable cause) {
        if (find(cause, SSLException.class) != null) {
            return tls(target, cause);
        }
        String how = cause instanceof ClosedChannelException
                ? "closed the connection"
                : "failed (" + cause.getMessage() + ")";
        return new DialException(Kind.NETWORK, peer(target, address) + " " + how + " during " + doing, cause);
    }

    static DialException late(DialTarget target, InetSocketAddress address, String doing) {
        return new DialException(
                Kind.TIMEOUT,
                peer(target, address) + " did not finish " + doing + " within "
                        + target.handshakeTimeout().toMillis() + " ms");
    }

    static DialException tls(DialTarget target, Throwable cause) {
        HostPort server = target.server();
        CertificateException untrusted = find(cause, CertificateException.class);
        if (untrusted != null) {
            return new DialException(
                    Kind.TLS_UNTRUSTED,
                    "the certificate of " + server + " was not accepted: " + untrusted.getMessage(),
                    cause);
        }
        if (find(cause, NotSslRecordException.class) != null) {
            return new DialException(
                    Kind.TLS,
                    "what answers at " + server + " does not speak TLS: is the port right? (A server with"
                            + " transport = \"ws\" wants a balancer in front that ends TLS.)",
                    cause);
        }
        if (find(cause, ClosedChannelException.class) != null) {
            return new DialException(
                    Kind.TLS, server + " closed the connection during the TLS handshake: is the port right?", cause);
        }
        return new DialException(Kind.TLS, "TLS with " + server + " failed: " + cause.getMessage(), cause);
    }

    /** The server answered the upgrade with something else than 101. */
    static DialException status(DialTarget target, int status) {
        String answered = "the server answered " + status + " to " + target.path() + ": ";
        String advice = switch (status) {
            case 400 ->
                target.transport() == TransportKind.WS
                        ? "does this port speak TLS? Then transport = \"wss\" is the right one"
                        : "something between here and the node breaks the WebSocket upgrade";
            case 401, 403, 407 -> "something in front of the node refuses the WebSocket upgrade";
            case 404 -> "is wss_path the same on both sides?";
            case 426 -> "the WebSocket upgrade did not get through; does a proxy in between strip it?";
            case 500, 502, 503, 504 -> "no node is up behind what answers there; it is worth another try later";
            default -> "that is an ordinary web server, not a tunnel; are address and wss_path right?";
        };
        return new DialException(Kind.HTTP_STATUS, answered + advice);
    }

    static DialException notWebSocket(DialTarget target, String what) {
        return new DialException(
                Kind.NOT_WEBSOCKET,
                "what answers at " + target.server() + " is not a WebSocket server (" + what
                        + "): are address, port and transport right?");
    }

    /** The proxy answered CONNECT with something else than 200. Never names the credentials. */
    static DialException proxy(DialTarget target, int status) {
        String proxy = "the HTTP proxy " + target.firstHop();
        String server = target.server().toString();
        boolean without = target.proxy() == null || target.proxy().user() == null;
        return switch (status) {
            case 401, 407 ->
                new DialException(
                        Kind.PROXY_AUTH,
                        proxy + " answered " + status
                                + (without
                                        ? ": it wants a user name and password; put them into proxy = \"http://user:password@host:port\""
                                        : ": it does not accept this user name and password"));
            case 403, 405 ->
                new DialException(
                        Kind.PROXY,
                        proxy + " answered " + status + ": its rules do not allow a tunnel to " + server
                                + "; many allow only port 443");
            case 404, 500, 502, 503, 504 ->
                new DialException(
                        Kind.PROXY,
                        proxy + " answered " + status + ": it cannot reach " + server + "; does the server run?");
            default -> new DialException(Kind.PROXY, proxy + " answered " + status + " to CONNECT " + server);
        };
    }

    static DialException notProxy(DialTarget target, String what) {
        return new DialException(
                Kind.PROXY,
                "what answers at " + target.firstHop() + " is not an HTTP proxy (" + what + "): is proxy = right?");
    }

    private static String peer(DialTarget target, InetSocketAddress address) {
        HostPort hop = target.firstHop();
        String ip = address.getAddress() == null ? "" : NetUtil.toAddressString(address.getAddress());
        String name = (target.proxy() == null ? "" : "the HTTP proxy ") + hop;
        return ip.isEmpty() || ip.equals(hop.host()) ? name : name + " (" + ip + ")";
    }

    static <T extends Throwable> @Nullable T find(@Nullable Throwable from, Class<T> type) {
        for (Throwable cause = from; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
