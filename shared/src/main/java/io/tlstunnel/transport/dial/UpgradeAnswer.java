package io.tlstunnel.transport.dial;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tlstunnel.transport.websocket.Upgrade;
import org.jspecify.annotations.Nullable;

/** Checks what a server answered to the upgrade (RFC 6455 §4.1). */
final class UpgradeAnswer {
    private UpgradeAnswer() {}

    /** What is wrong with it; null if nothing is. */
    static @Nullable DialException refusal(DialTarget target, HttpResponse response, String key) {
        if (response.decoderResult().isFailure()) {
            return Explain.notWebSocket(target, "no HTTP");
        }
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return Explain.status(target, response.status().code());
        }
        HttpHeaders headers = response.headers();
        if (!Upgrade.hasToken(headers.getAll(HttpHeaderNames.UPGRADE), "websocket")
                || !Upgrade.hasToken(headers.getAll(HttpHeaderNames.CONNECTION), "upgrade")) {
            return Explain.notWebSocket(target, "101 without an upgrade to websocket");
        }
        if (!Upgrade.accept(key).equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
            return Explain.notWebSocket(target, "its Sec-WebSocket-Accept does not belong to our key");
        }
        if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            return Explain.notWebSocket(target, "it uses an extension that was not offered");
        }
        String protocol = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (protocol != null && !protocol.equals(Upgrade.SUB_PROTOCOL)) {
            return Explain.notWebSocket(target, "it chose a sub-protocol that was not offered");
        }
        return null;
    }
}
