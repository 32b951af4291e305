package io.tlstunnel.e2e;

import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameType;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A man in the middle: ends TLS at both sides, sees every frame of the tunnel, may change it, and passes it on. */
final class Middleman implements AutoCloseable {
    private final int server;
    private final ServerCertificate shown;
    private final UnaryOperator<byte[]> change;
    private final List<byte[]> seen = new CopyOnWriteArrayList<>();
    private final Services door;
    private volatile int farPort;

    private Middleman(int server, ServerCertificate shown, UnaryOperator<byte[]> change) throws IOException {
        this.server = server;
        this.shown = shown;
        this.change = change;
        this.door = Services.start(this::relay);
    }

    /**
     * Takes clients in front of a server.
     *
     * @param shown what clients see in its place
     * @param change what becomes of a frame, header included, of either side
     */
    static Middleman inFrontOf(int server, ServerCertificate shown, UnaryOperator<byte[]> change) throws IOException {
        return new Middleman(server, shown, change);
    }

    /** Changes frames of one kind of the handshake, and leaves the others as they are. */
    static <F extends Frame> UnaryOperator<byte[]> changing(Class<F> kind, UnaryOperator<F> change) {
        return bytes -> {
            FrameType type = FrameType.of(bytes[0]);
            if (type == null || !type.isHandshake()) {
                return bytes;
            }
            Frame frame = WirePeer.decode(bytes);
            return kind.isInstance(frame) ? FrameEncoder.toArray(change.apply(kind.cast(frame))) : bytes;
        };
    }

    /** Where clients dial. */
    int port() {
        return door.port();
    }

    /** From where the server sees the last of them come. */
    int farPort() {
        return farPort;
    }

    /** Frames of both sides so far, as they came. */
    List<byte[]> seen() {
        return seen;
    }

    /** The first frame of that type, as it came. */
    byte[] recorded(FrameType type) {
        Awaitility.await(type + " passes").until(() -> seen.stream().anyMatch(frame -> frame[0] == type.code()));
        return seen.stream()
                .filter(frame -> frame[0] == type.code())
                .findFirst()
                .orElseThrow();
    }

    private void relay(Socket socket) throws IOException {
        try (WirePeer near = WirePeer.accepted(AnyTls.server(socket, shown));
                WirePeer far = WirePeer.open(server)) {
            farPort = far.localPort();
            Thread back = new Thread(() -> pass(far, near), "middleman");
            back.setDaemon(true);
            back.start();
            pass(near, far);
        }
    }

    /** Until one of the two ends it; then both. */
    private void pass(WirePeer from, WirePeer to) {
        try (from;
                to) {
            while (true) {
                byte[] frame = from.next();
                seen.add(frame);
                to.send(change.apply(frame));
            }
        } catch (IOException ended) {
            // Refused by one of them, as they should: the test reads why in their logs.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
