package io.tlstunnel.e2e;

import io.tlstunnel.e2e.Sample.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A real balancer in front of a server. After a reload its old workers have half a second to see their connections end. */
final class Balancer implements AutoCloseable {

    /** Where connections of a balancer to a server come from, if they name those who came. */
    static final String ADDRESS = "127.0.0.9";

    /** How to start it on a port. */
    @FunctionalInterface
    private interface Program {
        Daemon start(int port) throws IOException;
    }

    private final int port = Rig.freePort();
    private final Program program;
    private final String reloadSignal;
    private Daemon running;

    private Balancer(Program program, String reloadSignal) {
        this.program = program;
        this.reloadSignal = reloadSignal;
        this.running = start();
    }

    /** An HAProxy that passes TCP on. */
    static Balancer haproxy(Path folder, int server) {
        return new Balancer(port -> HaProxy.start(folder, HaProxy.passingSilently(port, server)), HaProxy.RELOAD);
    }

    /** An Nginx that ends TLS by the server's own certificate, and speaks TLS to the server. */
    static Balancer nginx(Path folder, int server, Path certificate, Path key) {
        return new Balancer(
                port -> Nginx.start(
                        folder,
                        Nginx.ending(port, certificate, key, Nodes.one(server))
                                .with("http://tunnels", "https://tunnels")),
                Nginx.RELOAD);
    }

    private Daemon start() {
        try {
            return program.start(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Goes on listening all the time; connections that are not over in time are closed. */
    void reload() {
        running.signal(reloadSignal);
    }

    /** SIGKILL, then a new one. */
    void restart() {
        running.kill();
        Ports.awaitClosed(port);
        running = start();
    }

    @Override
    public void close() {
        running.close();
    }
}
