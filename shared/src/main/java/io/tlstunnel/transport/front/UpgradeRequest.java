package io.tlstunnel.transport.front;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tlstunnel.transport.websocket.Upgrade;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

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
    static boolean isMeant(Head head) {
        return Upgrade.hasToken(head.values(HttpHeaderNames.UPGRADE), "websocket");
    }

    static UpgradeRequest check(Head head) {
        if (!head.method().equals("GET")) {
            return new Wrong(HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket upgrade is a GET");
        }
        if (!head.isHttp11()) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "a WebSocket upgrade needs HTTP/1.1");
        }
        if (!Upgrade.hasToken(head.values(HttpHeaderNames.CONNECTION), "upgrade")) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "the header Connection does not name Upgrade");
        }
        if (head.values(HttpHeaderNames.HOST).size() != 1) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "the header Host is not there once");
        }
        if (!head.values(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of(Upgrade.VERSION))) {
            return new Wrong(HttpResponseStatus.UPGRADE_REQUIRED, "only WebSocket version 13 is spoken here");
        }
        List<String> keys = head.values(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (keys.size() != 1 || !Upgrade.isKey(keys.get(0))) {
            return new Wrong(HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        boolean offered = Upgrade.hasToken(head.values(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL), Upgrade.SUB_PROTOCOL);
        return new Proper(keys.get(0), offered);
    }

    /** The line about one that asks for WebSocket where there is none: the clearest sign of two different wss_path. */
    static String elsewhere(Object remote) {
        return "no WebSocket for " + remote + ": the path that it asks for is not wss_path";
    }

    /** The head of a request, whichever server read it. */
    interface Head {
        String method();

        boolean isHttp11();

        List<String> values(CharSequence header);

        static Head of(HttpRequest request) {
            return new Head() {
                @Override
                public String method() {
                    return request.method().name();
                }

                @Override
                public boolean isHttp11() {
                    return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
                }

                @Override
                public List<String> values(CharSequence header) {
                    return request.headers().getAll(header);
                }
            };
        }

        static Head of(HttpServerRequest request) {
            return new Head() {
                @Override
                public String method() {
                    return request.method().name();
                }

                @Override
                public boolean isHttp11() {
                    return request.version() == io.vertx.core.http.HttpVersion.HTTP_1_1;
                }

                @Override
                public List<String> values(CharSequence header) {
                    return request.headers().getAll(header);
                }
            };
        }
    }
}
