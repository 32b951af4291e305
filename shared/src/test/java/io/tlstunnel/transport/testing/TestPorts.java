package io.tlstunnel.transport.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports to listen on. Each JVM of a test run has its own, below those that the kernel gives to outgoing connections:
 * none is lost between its choice and its use, be it to a test that runs beside this one or to a connection.
 */
public final class TestPorts {
    private static final int FIRST_FREE = 10_000;
    private static final int FIRST_AUTO = 20_000;
    private static final int FORKS = 4;
    private static final int PER_FORK = 2_500;
    /** A node's event bus takes the port behind its {@code cluster_port}. */
    private static final int STEP = 2;

    /** Where the ports of this JVM begin in a range. */
    private static final int SHARE = Integer.getInteger("tlstunnel.fork", 1) % FORKS * PER_FORK;

    /** Not from the start each time: another run may be at it on this machine. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PER_FORK / STEP));

    private TestPorts() {}

    /** A port that nobody has, and that was not asked for before; so is the one behind it. */
    public static int free() {
        int port;
        do {
            port = FIRST_FREE + SHARE + NEXT.getAndIncrement() % (PER_FORK / STEP) * STEP;
        } while (isTaken(port) || isTaken(port + 1));
        return port;
    }

    /** The {@code auto_ports} of a server in this JVM. */
    public static String auto() {
        int first = FIRST_AUTO + SHARE;
        return first + "-" + (first + PER_FORK - 1);
    }

    private static boolean isTaken(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() != port;
        } catch (IOException taken) {
            return true;
        }
    }
}
