package io.tlstunnel.e2e;

import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.wire.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Answers a client in a server's place, without the key, and notes what the client still says to it. */
final class Impostor implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    /** His part of the handshake. */
    @FunctionalInterface
    interface Part {
        void play(WirePeer client) throws IOException;
    }

    private final ServerCertificate shown;
    private final Part part;
    private final CompletableFuture<List<Frame>> rest = new CompletableFuture<>();
    private final Services door;

    private Impostor(ServerCertificate shown, Part part) throws IOException {
        this.shown = shown;
        this.part = part;
        this.door = Services.start(this::receive);
    }

    static Impostor playing(ServerCertificate shown, Part part) throws IOException {
        return new Impostor(shown, part);
    }

    int port() {
        return door.port();
    }

    private void receive(Socket socket) throws IOException {
        try (WirePeer client = WirePeer.accepted(AnyTls.server(socket, shown))) {
            part.play(client);
            rest.complete(toTheEnd(client));
        }
    }

    private static List<Frame> toTheEnd(WirePeer client) throws IOException {
        List<Frame> frames = new ArrayList<>();
        try {
            while (true) {
                frames.add(client.nextFrame());
            }
        } catch (EOFException end) {
            return frames;
        }
    }

    /** Waits for the end of the connection: what came behind his part. */
    List<Frame> rest() {
        try {
            return rest.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError("the client has not ended it", e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
