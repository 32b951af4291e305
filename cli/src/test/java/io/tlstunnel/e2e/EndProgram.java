package io.tlstunnel.e2e;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One end as a program of its own: {@code server FILE} or {@code client FILE}. Says on standard output how far it is. */
final class EndProgram {
    static final String STARTING = "starting";
    static final String READY = "ready ";
    /** How many nodes know each other; said whenever that changes. */
    static final String MEMBERS = "members ";

    private static final long LOOK_MILLIS = 50;

    /** Vert.x and what runs on it would be closed by the collector if nobody held them. */
    @SuppressWarnings("unused")
    private static volatile Object running = new Object();

    private EndProgram() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception | AssertionError e) {
            // Its event loops would keep it alive.
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        Vertx vertx = VertxRuntime.builder(Rig.natives() ? Engine.Io.AUTO : Engine.Io.NIO)
                .build();
        Path file = Path.of(arguments[1]);
        if (arguments[0].equals("server")) {
            Future<TunnelServer> starting = TunnelServer.start(
                    vertx, ConfigFiles.loadServer(file, Map.of()).config());
            say(STARTING);
            TunnelServer server = Rig.await(starting);
            running = server;
            say(READY + server.port());
            sayMembers(vertx, server);
        } else {
            TunnelClient client = TunnelClient.start(
                    vertx, ConfigFiles.loadClient(file, Map.of()).config());
            running = client;
            say(STARTING);
            say(READY + Rig.ports(client));
        }
    }

    private static void sayMembers(Vertx vertx, TunnelServer server) {
        AtomicInteger said = new AtomicInteger(1);
        vertx.setPeriodic(LOOK_MILLIS, ignored -> {
            int members = server.metrics().members();
            if (said.getAndSet(members) != members) {
                say(MEMBERS + members);
            }
        });
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
