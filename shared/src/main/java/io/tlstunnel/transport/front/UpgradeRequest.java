package io.tlstunnel.transport.front;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tlstunnel.transport.websocket.Upgrade;

/** A request to the path of the tunnel that asks for WebSocket: right, or not (RFC 6455 §4.2.1). */
sealed interface UpgradeRequest {

    /** It is right. */
    record Proper(String key, boolean subProtocolOffered) implements UpgradeRequest {

        FullHttpResponse response() {
            FullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, Upgrade.accept(key));
            if (subProtocolOffered) {
                response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, Upgrade.SUB_PROTOCOL);
            }
            return response;
        }
    }

    /** It is not. */
    record Wrong(HttpResponseStatus status, String why) implements UpgradeRequest {}

    /** Whether it wants to be an upgrade to WebSocket at all. */
    static boolean isMeant(HttpRequest request) {
        return Upgrade.hasToken(request.headers().getAll(HttpHeaderNames.UPGRADE), "websocket");
    }

    static UpgradeRequest check(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)) {
            return new Wrong(HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket upgrade is a GET");
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "a WebSocket upgrade needs HTTP/1.1");
        }
        if (!Upgrade.hasToken(headers.getAll(HttpHeaderNames.CONNECTION), "upgrade")) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "the header Connection does not name Upgrade");
        }
        if (!headers.contains(HttpHeaderNames.HOST)) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "the header Host is missing");
        }
        if (!Upgrade.VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return new Wrong(HttpResponseStatus.UPGRADE_REQUIRED, "only WebSocket version 13 is spoken here");
        }
        String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (key == null
                || !Upgrade.isKey(key)
                || headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() > 1) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        boolean offered =
                Upgrade.hasToken(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL), Upgrade.SUB_PROTOCOL);
        return new Proper(key, offered);
    }
}
