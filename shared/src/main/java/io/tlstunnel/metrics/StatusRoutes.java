package io.tlstunnel.metrics;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** {@code /api/v1}: the state of the node, to be read. On the admin loop. */
final class StatusRoutes {
    static final String CLUSTER = "/api/v1/cluster";
    static final String PROXIES = "/api/v1/proxies";
    static final String CLIENTS = "/api/v1/clients";
    static final String WHY = "/api/v1/why/";

    /** For a node that is stuck, or whose cluster does not answer. */
    private static final long PATIENCE_SECONDS = 10;

    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final int LAST_PORT = 65_535;

    private final Vertx vertx;
    private final AdminStatus status;
    private final ApiGuard guard;

    StatusRoutes(Vertx vertx, AdminStatus status, ApiGuard guard) {
        this.vertx = vertx;
        this.status = status;
        this.guard = guard;
    }

    void mount(Router router) {
        get(router, CLUSTER, status::cluster);
        get(router, PROXIES, status::proxies);
        get(router, CLIENTS, status::clients);
        router.route(WHY + ":port")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(guard::check)
                .handler(this::why);
    }

    private void get(Router router, String path, Supplier<Future<AdminStatus.Answer>> question) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(guard::check)
                .handler(context -> answer(context, question.get()));
    }

    private void why(RoutingContext context) {
        final String port = context.pathParam("port");
        if (!PORT.matcher(port).matches() || Integer.parseInt(port) > LAST_PORT) {
            AdminRoutes.answer(context, 400, AdminRoutes.TEXT, "A port is a number from 1 to " + LAST_PORT + ".\n");
        } else {
            answer(context, status.why(Integer.parseInt(port)));
        }
    }

    private void answer(RoutingContext context, Future<AdminStatus.Answer> asked) {
        final Context own = vertx.getOrCreateContext();
        asked.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .onComplete(done -> own.runOnContext(back -> {
                    if (done.succeeded()) {
                        write(context, done.result());
                    } else {
                        final String sentence = "The node did not answer within " + PATIENCE_SECONDS
                                + " s; /health/live says whether it is stuck.\n";
                        AdminRoutes.answer(context, 503, AdminRoutes.TEXT, sentence);
                    }
                }));
    }

    /** Off the loop, so that a health check never waits for a long list. */
    private void write(RoutingContext context, AdminStatus.Answer answer) {
        vertx.executeBlocking(() -> answer.toJson().encode())
                .onComplete(json -> AdminRoutes.answer(context, 200, AdminRoutes.JSON, json + "\n"), context::fail);
    }
}
