package io.tlstunnel.cli;

import io.tlstunnel.config.Engine;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gives Vert.x' launcher our configuration and our natives, and learns from it how the run ended. */
final class VerticleHooks implements VertxApplicationHooks {

    private final @Nullable JsonObject config;
    private final Engine.Io io;
    private final CompletableFuture<Exit> end = new CompletableFuture<>();
    private volatile @Nullable Vertx vertx;
    private volatile @Nullable Throwable failure;

    /** Without a {@code config} the launcher's own stays. */
    VerticleHooks(@Nullable JsonObject config, Engine.Io io) {
        this.config = config;
        this.io = io;
    }

    @Override
    public JsonObject afterConfigParsed(JsonObject parsed) {
        return config == null ? parsed : config;
    }

    @Override
    public VertxBuilder createVertxBuilder(VertxOptions options) {
        return VertxRuntime.builder(io).with(options);
    }

    /** Nothing else tells that a verticle has closed Vert.x by itself. */
    @Override
    public void afterVertxStarted(HookContext context) {
        vertx = context.vertx();
        VertxRuntime.of(context.vertx()).onClose(() -> end.complete(Exit.OK));
    }

    @Override
    public void afterFailureToStartVertx(HookContext context, Throwable thrown) {
        failure = thrown;
    }

    @Override
    public void afterFailureToDeployVerticle(HookContext context, Throwable thrown) {
        failure = thrown;
        context.vertx().close().onFailure(thrown::addSuppressed);
    }

    /** The launcher says only that it failed. */
    void throwFailure() {
        final Throwable thrown = failure;
        if (thrown != null) {
            throw Failures.asException(thrown);
        }
    }

    /** The first signal: ends the wait, or a start that is still under way. */
    void stop() {
        end.complete(Exit.OK);
    }

    /** Waits for {@link #stop}, or for the verticle to close Vert.x. Blocks. */
    Exit awaitEnd() {
        final Exit exit = Supervisor.get(end);
        Supervisor.close(Objects.requireNonNull(vertx, "called after a successful start"));
        return exit;
    }
}
