package io.tlstunnel.transport.socket;

import java.net.InetSocketAddress;

/** A connection made of another one, whose addresses it has. */
public interface WrappedConnection extends FarConnection {

    /** What it is made of. */
    FarConnection real();

    @Override
    default InetSocketAddress remoteAddress() {
        return real().remoteAddress();
    }

    @Override
    default InetSocketAddress localAddress() {
        return real().localAddress();
    }
}
