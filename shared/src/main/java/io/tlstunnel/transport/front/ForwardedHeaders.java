package io.tlstunnel.transport.front;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which headers a proxy passes on, and which it adds (RFC 9110 §7.6.1). */
final class ForwardedHeaders {
    private static final List<String> HOP_BY_HOP = List.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private ForwardedHeaders() {}

    /** A copy without what concerns one hop only, and without what {@code Connection} names. */
    static MultiMap endToEnd(MultiMap headers) {
        Set<String> dropped = new TreeSet<>(HOP_BY_HOP);
        for (String connection : headers.getAll("Connection")) {
            for (String named : connection.split(",", -1)) {
                dropped.add(named.trim().toLowerCase(Locale.ROOT));
            }
        }
        MultiMap kept = MultiMap.caseInsensitiveMultiMap();
        headers.forEach(header -> {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                kept.add(header.getKey(), header.getValue());
            }
        });
        return kept;
    }

    /** What goes to the server behind: end-to-end headers, and who asks. */
    static MultiMap forUpstream(WebExchange.Request request) {
        MultiMap headers = endToEnd(request.headers());
        headers.remove("Expect"); // answered here
        String client = request.remote().getAddress().getHostAddress();
        String before = headers.get("X-Forwarded-For");
        headers.set("X-Forwarded-For", before == null ? client : before + ", " + client);
        if (request.secure() || !headers.contains("X-Forwarded-Proto")) {
            headers.set("X-Forwarded-Proto", request.secure() ? "https" : "http");
        }
        return headers;
    }
}
