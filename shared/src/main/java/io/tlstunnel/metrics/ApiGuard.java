package io.tlstunnel.metrics;

import io.netty.util.NetUtil;
import io.tlstunnel.config.Secret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may read the state of the node: whoever shows the token. Without a token only who reaches a port on a loopback
 * address, and by that address: a page in a browser could have made a name of its own lead there.
 */
final class ApiGuard {
    /** What a port that others reach says, and logs at start, while there is no token. */
    static final String CLOSED =
            "the API is closed: the admin port is not on a loopback address, and there is no token;"
                    + " set token or token_file in [admin]";

    private static final String SCHEME = "bearer ";
    private static final String CHALLENGE = "Bearer realm=\"tls-tunnel\"";

    private final @Nullable Secret token;
    private final Reach reach;

    /** From where the port can be reached. */
    enum Reach {
        THIS_MACHINE,
        OTHERS
    }

    ApiGuard(@Nullable Secret token, Reach reach) {
        this.token = token;
        this.reach = reach;
    }

    /** Whether nobody may read it. */
    boolean isClosed() {
        return token == null && reach == Reach.OTHERS;
    }

    /** Lets the request pass, or answers it. */
    void check(RoutingContext context) {
        if (isClosed()) {
            refuse(context, 403, CLOSED);
        } else if (token != null) {
            checkToken(context, token);
        } else if (isByAddress(context.request().authority())) {
            context.next();
        } else {
            refuse(
                    context,
                    403,
                    "without a token in [admin] the API is asked by localhost or an IP address, not by a name");
        }
    }

    private static void checkToken(RoutingContext context, Secret token) {
        final String shown = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (shown == null) {
            challenge(context, CHALLENGE, "the API asks for the token of [admin]: Authorization: Bearer TOKEN");
        } else if (isToken(shown, token)) {
            context.next();
        } else {
            challenge(context, CHALLENGE + ", error=\"invalid_token\"", "this is not the token of [admin]");
        }
    }

    /** Takes as long whatever is wrong with it: secrets compare so. */
    private static boolean isToken(String shown, Secret token) {
        final String trimmed = shown.strip();
        return trimmed.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                && token.equals(new Secret(trimmed.substring(SCHEME.length()).strip()));
    }

    private static boolean isByAddress(@Nullable HostAndPort asked) {
        final String host = asked == null ? "" : asked.host();
        return host.equals("localhost") || NetUtil.createInetAddressFromIpAddressString(host) != null;
    }

    private static void challenge(RoutingContext context, String challenge, String sentence) {
        context.response().putHeader("WWW-Authenticate", challenge);
        refuse(context, 401, sentence);
    }

    private static void refuse(RoutingContext context, int status, String sentence) {
        AdminRoutes.answer(context, status, AdminRoutes.TEXT, sentence + "\n");
    }
}
