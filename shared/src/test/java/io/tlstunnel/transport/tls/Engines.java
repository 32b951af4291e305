package io.tlstunnel.transport.tls;

import io.netty.handler.ssl.OpenSsl;
import io.tlstunnel.config.Engine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The engines that load here: both, or the JDK's alone where natives are off. */
final class Engines {
    private static final boolean NATIVES = Boolean.parseBoolean(System.getProperty("tlstunnel.natives", "true"));

    private Engines() {}

    static List<Engine.Tls> all() {
        return NATIVES && OpenSsl.isAvailable()
                ? List.of(Engine.Tls.BORINGSSL, Engine.Tls.JDK)
                : List.of(Engine.Tls.JDK);
    }

    /** Client engine, server engine, protocol. */
    static Stream<Arguments> pairs() {
        return all().stream()
                .flatMap(client -> all().stream()
                        .flatMap(server ->
                                Stream.of("TLSv1.2", "TLSv1.3").map(version -> Arguments.of(client, server, version))));
    }

    /** Client engine, protocol. */
    static Stream<Arguments> clients() {
        return all().stream()
                .flatMap(client -> Stream.of("TLSv1.2", "TLSv1.3").map(version -> Arguments.of(client, version)));
    }
}
