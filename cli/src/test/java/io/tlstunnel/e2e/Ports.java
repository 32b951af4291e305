package io.tlstunnel.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Waits for the ports of programs that do not say when they listen. */
final class Ports {
    private static final Pattern LISTEN = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    private Ports() {}

    /** Waits until the first loopback port that a configuration names takes connections. */
    static void awaitOpen(String configuration) {
        Matcher port = LISTEN.matcher(configuration);
        if (!port.find()) {
            throw new IllegalArgumentException("no port in " + configuration);
        }
        awaitOpen(Integer.parseInt(port.group(1)));
    }

    static void awaitOpen(int port) {
        Awaitility.await("port " + port)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> isOpen(port));
    }

    /** Waits until nobody listens there any more. */
    static void awaitClosed(int port) {
        Awaitility.await("nobody at port " + port)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> !isOpen(port));
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
