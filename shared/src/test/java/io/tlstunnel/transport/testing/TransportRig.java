package io.tlstunnel.transport.testing;

import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.config.Cidr;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.HttpProxy;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.config.WebConfig;
import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.dial.DialTarget;
import io.tlstunnel.transport.front.Front;
import io.tlstunnel.transport.front.FrontConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Vert.x, and the fronts and connections that a test opens on it. */
public final class TransportRig implements AutoCloseable {
    public static final TestCertificate CERTIFICATE = TestCertificate.create();
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    public final TestTls tls = new TestTls(CERTIFICATE, CERTIFICATE);
    private final VertxRuntime runtime =
            VertxRuntime.of(VertxRuntime.builder(Natives.io()).build());
    private final List<Front> fronts = new ArrayList<>();
    private final List<CarrierConnection> connections = new ArrayList<>();

    public VertxRuntime runtime() {
        return runtime;
    }

    public Vertx vertx() {
        return runtime.vertx();
    }

    public static FrontConfig config(TransportKind transport) {
        return config(transport, new WebConfig.NotFound());
    }

    public static FrontConfig config(TransportKind transport, WebConfig web) {
        return new FrontConfig(
                "127.0.0.1",
                0,
                transport,
                "/tunnel",
                web,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                1024,
                BalancerConfig.NONE);
    }

    /** Behind balancers, which tell of their clients in some way. */
    public static FrontConfig behind(BalancerConfig balancer, TransportKind transport) {
        return new FrontConfig(
                "127.0.0.1",
                0,
                transport,
                "/tunnel",
                new WebConfig.NotFound(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                1024,
                balancer);
    }

    /** Balancers at these addresses and blocks. */
    public static BalancerConfig balancer(BalancerConfig.Way way, String... trusted) {
        return new BalancerConfig(
                Stream.of(trusted).map(Cidr::of).map(Objects::requireNonNull).toList(), Set.of(way));
    }

    public Front front(DataPath path, FrontConfig config, CarrierAcceptor acceptor) {
        Front front =
                await(path.front(runtime, config, config.transport() == TransportKind.WSS ? tls : null, connection -> {
                    synchronized (connections) {
                        connections.add(connection);
                    }
                    acceptor.accepted(connection);
                }));
        fronts.add(front);
        return front;
    }

    /** A front whose tunnels queue up, started on a {@link ByteLog}. */
    public Accepted accepting(DataPath path, FrontConfig config) {
        return accepting(path, config, connection -> new ByteLog());
    }

    /** The same, with listeners of the test's own. */
    public Accepted accepting(DataPath path, FrontConfig config, Function<CarrierConnection, ByteLog> listeners) {
        BlockingQueue<End> ends = new LinkedBlockingQueue<>();
        Front front = front(path, config, connection -> {
            ByteLog log = listeners.apply(connection);
            connection.start(log);
            ends.add(new End(connection, log));
        });
        return new Accepted(front, ends);
    }

    public DialTarget target(int port, TransportKind transport) {
        return target(port, transport, "/tunnel", null);
    }

    public DialTarget target(int port, TransportKind transport, String path, @Nullable HttpProxy proxy) {
        return new DialTarget(
                new HostPort("localhost", port), transport, path, proxy, Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    /** Dials, and starts on a {@link ByteLog}. */
    public End dial(DataPath path, DialTarget target) {
        return await(dialling(path, target));
    }

    public Future<End> dialling(DataPath path, DialTarget target) {
        return dialling(path, target, connection -> new ByteLog());
    }

    public Future<End> dialling(DataPath path, DialTarget target, Function<CarrierConnection, ByteLog> listeners) {
        Context context = runtime.loop(
                        runtime.loop(runtime.vertx().getOrCreateContext()).eventLoop())
                .context();
        return path.dialler(runtime, tls).dial(context, target).map(connection -> {
            synchronized (connections) {
                connections.add(connection);
            }
            ByteLog log = listeners.apply(connection);
            connection.start(log);
            return new End(connection, log);
        });
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static <T> T await(java.util.concurrent.Future<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        fronts.forEach(front -> await(front.close()));
        synchronized (connections) {
            connections.forEach(connection -> connection
                    .context()
                    .runOnContext(run -> connection.carrier().abort()));
        }
        await(runtime.vertx().close());
    }

    /** One end of a tunnel. */
    public record End(CarrierConnection connection, ByteLog log) {
        /** Runs on the connection's context. */
        public void run(Runnable task) {
            connection.context().runOnContext(run -> task.run());
        }

        public void send(byte[] bytes) {
            run(() -> {
                connection
                        .carrier()
                        .write(connection.carrier().allocate(bytes.length).writeBytes(bytes));
                connection.carrier().flush();
            });
        }
    }

    /** A front and the tunnels it accepted. */
    public record Accepted(Front front, BlockingQueue<End> ends) {
        public End next() {
            try {
                End end = ends.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (end == null) {
                    throw new AssertionError("nobody came");
                }
                return end;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
