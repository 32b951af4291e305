package io.tlstunnel.e2e;

import io.tlstunnel.security.GeneratedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lies between a client and a server: a cable, which leads straight to the server, to an HAProxy or to an Nginx. */
final class Network implements AutoCloseable {
    private final Cable cable;
    private final Balancer haproxy;
    private final Balancer nginx;
    private final List<Integer> ways;
    private int way;
    private final List<InetAddress> addresses = new ArrayList<>();

    /** @param folder has the certificate of the server */
    Network(Path folder, int server) throws IOException {
        cable = new Cable(server);
        haproxy = Balancer.haproxy(folder, server);
        nginx = Balancer.nginx(
                folder,
                server,
                folder.resolve(GeneratedCertificate.CERTIFICATE_FILE),
                folder.resolve(GeneratedCertificate.KEY_FILE));
        ways = List.of(server, haproxy.port(), nginx.port());
    }

    /** Where the client dials. */
    int port() {
        return cable.port();
    }

    Balancer haproxy() {
        return haproxy;
    }

    Balancer nginx() {
        return nginx;
    }

    /** Resets what there is; what comes next goes another way: straight, by HAProxy, by Nginx, and so on. */
    void reset() {
        way = (way + 1) % ways.size();
        cable.leadTo(ways.get(way));
        cable.cut();
    }

    /** The client must dial again, and comes from an address that it has not had. */
    void changeAddress() {
        InetAddress next = loopback(addresses.size() + 2);
        addresses.add(next);
        cable.comeFrom(next);
        cable.cutNear();
    }

    /** 127.0.0.1 is what all others have. */
    private static InetAddress loopback(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** All addresses that it has changed to so far. */
    List<InetAddress> addresses() {
        return addresses;
    }

    /** See {@link Cable#silence}. */
    void silence() {
        cable.silence();
    }

    /** See {@link Cable#darken}. */
    void darken() {
        cable.darken();
    }

    /** See {@link Cable#endSilence}. */
    void endSilence() {
        cable.endSilence();
    }

    @Override
    public void close() throws IOException {
        cable.close();
        haproxy.close();
        nginx.close();
    }
}
