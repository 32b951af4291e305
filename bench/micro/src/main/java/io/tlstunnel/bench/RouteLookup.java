package io.tlstunnel.bench;

import io.tlstunnel.config.Sharing;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Members;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.routing.RouteChanges;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finds the route of a visitor among 100,000 registrations; each time another key, in no order a cache could guess. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx1g")
public class RouteLookup {
    private static final int REGISTRATIONS = 100_000;
    private static final int PORTS = 50_000;
    private static final int FIRST_PORT = 10_000;
    private static final int ASKED = 1 << 16;

    /** 1: each key has one client. 3: each has a group of three. */
    @Param({"1", "3"})
    private int members;

    private RouteTable routes;
    private IngressKey[] asked;
    private int next;

    @Setup(Level.Trial)
    public void register() {
        routes = new RouteTable(1, Duration.ofMinutes(1), new Nobody());
        int keys = REGISTRATIONS / members;
        for (int i = 0; i < keys * members; i++) {
            routes.apply(registration(i, key(i / members)), 0);
        }
        SplittableRandom random = new SplittableRandom(1);
        asked = new IngressKey[ASKED];
        for (int i = 0; i < ASKED; i++) {
            asked[i] = key(random.nextInt(keys));
        }
        if (routes.all().size() != keys) {
            throw new IllegalStateException(routes.all().size() + " keys are routed, not " + keys);
        }
    }

    /** A new one, as an accepted connection brings it. */
    private static IngressKey key(int number) {
        return new IngressKey("192.0.2." + (1 + number / PORTS), FIRST_PORT + number % PORTS);
    }

    private Registration registration(int number, IngressKey key) {
        String client = "client-" + number;
        Map<String, String> options = members == 1 ? Map.of() : Map.of(Sharing.GROUP, "g", Sharing.GROUP_KEY, "k");
        ProxySpec proxy = new ProxySpec("proxy", "tcp", key.address(), key.port(), options);
        return new Registration(
                "node-" + number % 3,
                2 + number % 3,
                number + 1,
                client,
                new SessionRef(number, number, 1),
                Registration.Part.STANDING,
                List.of(0),
                1,
                List.of(new Registration.Entry(proxy, key)));
    }

    /** The lookup as such. */
    @Benchmark
    public Members find() {
        return routes.find(asked[next++ & ASKED - 1]);
    }

    /** And which member gets the visitor. */
    @Benchmark
    public Route findAndChoose() {
        Members found = routes.find(asked[next++ & ASKED - 1]);
        return found.isGroup() ? found.choose(route -> 1, 1) : found.first();
    }

    /** Who is told of changes does nothing. */
    private static final class Nobody implements RouteChanges {
        @Override
        public void routed(IngressKey key, Members now) {}

        @Override
        public void unrouted(IngressKey key) {}

        @Override
        public void held(String client, SessionRef session, List<Holder> at) {}

        @Override
        public void settled(String client, SessionRef session) {}

        @Override
        public void over(String client, SessionRef session) {}

        @Override
        public void left(String client, SessionRef session) {}
    }
}
