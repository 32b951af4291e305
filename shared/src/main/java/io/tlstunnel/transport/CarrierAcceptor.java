package io.tlstunnel.transport;

/** Takes the tunnel connections that a front accepted. Called on the connection's own context. */
@FunctionalInterface
public interface CarrierAcceptor {

    /** A client's upgrade succeeded; the acceptor calls {@link CarrierConnection#start} before it returns. */
    void accepted(CarrierConnection connection);
}
