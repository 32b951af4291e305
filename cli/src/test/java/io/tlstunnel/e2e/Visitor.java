package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Somebody who talks to a service that echoes, through a published port. */
final class Visitor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;

    private Visitor(Socket socket) {
        this.socket = socket;
    }

    static Visitor at(int port) throws IOException {
        return new Visitor(Rig.visit(port));
    }

    /** The service answers. */
    Visitor talks(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        byte[] heard = socket.getInputStream().readNBytes(text.length());
        assertThat(new String(heard, StandardCharsets.US_ASCII)).isEqualTo(text);
        return this;
    }

    /** The connection was reset, or is within the socket's patience. */
    void isReset() {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    void leaves() throws IOException {
        socket.close();
    }

    /** Whether the service answers somebody new; if not, the reason is a reset, which may come before connect returns. */
    static boolean getsIn(int port) throws IOException {
        try (Visitor visitor = at(port)) {
            visitor.talks("in?");
            return true;
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
            return false;
        } catch (AssertionError nothing) {
            return false;
        }
    }

    static void awaitIn(int port) {
        awaitPassing(() -> assertThat(getsIn(port)).isTrue());
    }

    static void awaitRefused(int port) {
        awaitPassing(() -> assertThatThrownBy(() -> Rig.visit(port).close()).isInstanceOf(ConnectException.class));
    }

    private static void awaitPassing(ThrowingRunnable step) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(step);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
