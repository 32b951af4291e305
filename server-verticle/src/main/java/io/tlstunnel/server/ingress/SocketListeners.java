package io.tlstunnel.server.ingress;

import io.tlstunnel.config.HostPort;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.transport.Hop;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarSockets;
import io.tlstunnel.transport.socket.ListenException;
import io.tlstunnel.transport.socket.PortProbe;
import io.tlstunnel.transport.socket.PublicListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public sockets of this node. Control context only. */
final class SocketListeners implements Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(SocketListeners.class);

    private final VertxRuntime runtime;
    private final Context control;
    private final FarSockets sockets;
    private final @Nullable String bind;
    private final BiConsumer<IngressKey, AcceptedSocket> visitors;
    private final ServerMetrics metrics;
    private final Map<IngressKey, Future<PublicListener>> open = new HashMap<>();
    private final Map<IngressKey, Future<Void>> closing = new HashMap<>();

    /**
     * @param control context of all this; listeners have others
     * @param bind address that stands for all that are asked for, or null
     * @param visitors takes what is accepted, on the accepting context
     */
    SocketListeners(
            VertxRuntime runtime,
            Context control,
            FarSockets sockets,
            @Nullable String bind,
            BiConsumer<IngressKey, AcceptedSocket> visitors,
            ServerMetrics metrics) {
        this.runtime = runtime;
        this.control = control;
        this.sockets = sockets;
        this.bind = bind;
        this.visitors = visitors;
        this.metrics = metrics;
    }

    @Override
    public Future<Void> open(IngressKey key) {
        Future<PublicListener> listening = open.get(key);
        if (listening == null) {
            listening = listen(key);
            open.put(key, listening);
            forgetIfFailed(key, listening);
        }
        return listening.mapEmpty();
    }

    /** Only once it stands in the map: it may have failed by now. */
    private void forgetIfFailed(IngressKey key, Future<PublicListener> listening) {
        listening.onFailure(failure -> open.remove(key, listening));
    }

    private Future<PublicListener> listen(IngressKey key) {
        Future<PublicListener> listening = closing.getOrDefault(key, Future.succeededFuture())
                .compose(closed -> Hop.to(
                        control,
                        sockets.listen(
                                runtime.newLoop().context(),
                                bindAddress(key),
                                key.port(),
                                socket -> visitors.accept(key, socket))));
        return listening.onSuccess(listener -> {
            metrics.listeners().up();
            LOG.atInfo().setMessage("published").addKeyValue("address", key).log();
        });
    }

    @Override
    public Future<Void> probe(IngressKey key) {
        Future<PublicListener> listening = open.get(key);
        if (listening != null) {
            return listening.mapEmpty();
        }
        return closing.getOrDefault(key, Future.succeededFuture()).compose(closed -> {
            try {
                PortProbe.probe(bindAddress(key), key.port());
                return Future.succeededFuture();
            } catch (ListenException taken) {
                return Future.failedFuture(taken);
            }
        });
    }

    @Override
    public void close(IngressKey key) {
        Future<PublicListener> listening = open.remove(key);
        if (listening == null) {
            return;
        }
        Future<Void> closed = listening.transform(
                opened -> opened.succeeded() ? close(key, opened.result()) : Future.succeededFuture());
        Future<Void> done = closed.otherwiseEmpty();
        closing.put(key, done);
        closed.onFailure(failure -> LOG.atWarn()
                .setMessage("a public socket did not close")
                .addKeyValue("address", key)
                .setCause(failure)
                .log());
        done.onComplete(over -> closing.remove(key, done));
    }

    @Override
    public SocketStatus status(IngressKey key) {
        Future<PublicListener> listening = open.get(key);
        if (listening == null) {
            return new SocketStatus(SocketStatus.State.CLOSED, address(key), null);
        }
        SocketStatus.State state = listening.succeeded() ? SocketStatus.State.LISTENING : SocketStatus.State.OPENING;
        return new SocketStatus(state, address(key), null);
    }

    /** Whether nothing is being opened just now. */
    boolean hasTriedAll() {
        return open.values().stream().allMatch(Future::isComplete);
    }

    private String address(IngressKey key) {
        return new HostPort(bindAddress(key), key.port()).toString();
    }

    private String bindAddress(IngressKey key) {
        return bind == null ? key.address() : bind;
    }

    private Future<Void> close(IngressKey key, PublicListener listener) {
        metrics.listeners().down();
        LOG.atInfo().setMessage("unpublished").addKeyValue("address", key).log();
        return Hop.to(control, listener.close());
    }

    /** Closes them all. */
    Future<Void> closeAll() {
        for (IngressKey key : java.util.List.copyOf(open.keySet())) {
            close(key);
        }
        return Future.all(java.util.List.copyOf(closing.values())).mapEmpty();
    }
}
