package io.tlstunnel.transport.socket;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/** Finds out whether a port could be published, without letting anybody in. */
public final class PortProbe {
    private PortProbe() {}

    /**
     * Listens for a moment; the port is free again when this returns. Does not wait for anything.
     *
     * @param bindAddr IP literal
     */
    public static void probe(String bindAddr, int port) throws ListenException {
        try {
            InetAddress address = InetAddress.getByName(bindAddr);
            StandardProtocolFamily family =
                    address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
            try (ServerSocketChannel channel = ServerSocketChannel.open(family)) {
                channel.bind(new InetSocketAddress(address, port));
            }
        } catch (IOException cause) {
            throw ListenException.of(bindAddr, port, cause);
        }
    }
}
