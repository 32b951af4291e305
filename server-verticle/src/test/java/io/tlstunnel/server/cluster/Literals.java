package io.tlstunnel.server.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/** Addresses as tests write them. */
final class Literals {
    private Literals() {}

    static List<InetAddress> all(String... literals) {
        return Stream.of(literals).map(Literals::of).toList();
    }

    static InetAddress of(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
