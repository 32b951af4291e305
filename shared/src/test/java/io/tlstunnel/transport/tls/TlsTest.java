package io.tlstunnel.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tlstunnel.config.Engine;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.Leaf;
import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.security.TestPki;
import io.tlstunnel.transport.tls.ClientTrust.Unverified;
import io.tlstunnel.transport.tls.TlsRig.HandshakeFailed;
import io.tlstunnel.transport.tls.TlsRig.Seen;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TlsTest {
    private static final TestPki PKI = new TestPki();
    private static final ServerCertificate ISSUED =
            PKI.issue("tunnel.example.com", "*.wild.example.com", "127.0.0.1", "::1");
    private static final ServerCertificate OWN = TestPki.selfSigned("tunnel.example.com", "127.0.0.1");

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#pairs")
    void verifiesNamesAndAddresses(Engine.Tls client, Engine.Tls server, String version) throws Exception {
        try (TlsRig rig = server(ISSUED, server)) {
            for (String host : List.of("tunnel.example.com", "a.wild.example.com", "127.0.0.1", "::1")) {
                Seen seen = rig.connect(client(client, List.of(PKI.root()), null, Unverified.REFUSED), host, version);

                assertThat(seen.leaf()).isEqualTo(new Leaf(ISSUED.fingerprint(), Leaf.Trust.VERIFIED));
                assertThat(seen.protocol()).isEqualTo(version);
                assertThat(seen.cipher()).contains("AES_128_GCM_SHA256");
                assertThat(seen.echo()).isEqualTo("hello");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#pairs")
    void agreesOnAnApplicationProtocol(Engine.Tls client, Engine.Tls server, String version) throws Exception {
        ServerTls tls = ServerTls.create(ISSUED, server, List.of("tls-tunnel/1", "http/1.1"));
        ClientTrust trust = new ClientTrust(List.of(PKI.root()), null, Unverified.REFUSED);
        try (TlsRig rig = new TlsRig(tls::newHandler)) {
            assertThat(rig.connect(
                                    ClientTls.create(trust, client, List.of("http/1.1", "tls-tunnel/1")),
                                    "127.0.0.1",
                                    version)
                            .alpn())
                    .isEqualTo("tls-tunnel/1");
            assertThat(rig.connect(ClientTls.create(trust, client, List.of("h3")), "127.0.0.1", version)
                            .alpn())
                    .isEqualTo("null");
            assertThat(rig.connect(ClientTls.create(trust, client, List.of()), "127.0.0.1", version)
                            .alpn())
                    .isEqualTo("null");
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void refusesAnotherHostsCertificate(Engine.Tls engine, String version) {
        ClientTls client = client(engine, List.of(PKI.root()), null, Unverified.REFUSED);
        for (String host : List.of("other.example.com", "a.b.wild.example.com", "127.0.0.2")) {
            assertThat(refused(ISSUED, client, host, version))
                    .hasMessageContaining("the certificate of " + host + " cannot be verified: it is for"
                            + " tunnel.example.com, *.wild.example.com, 127.0.0.1, 0:0:0:0:0:0:0:1, not for " + host);
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void refusesAnUnknownIssuerAndSaysHowToPin(Engine.Tls engine, String version) {
        ClientTls client = client(engine, List.of(new TestPki().root()), null, Unverified.REFUSED);

        UntrustedCertificateException refused = refused(ISSUED, client, "127.0.0.1", version);

        assertThat(refused.seen()).isEqualTo(ISSUED.fingerprint());
        assertThat(refused.pinLine()).isEqualTo("server_fingerprint = \"" + ISSUED.fingerprint() + "\"");
        assertThat(refused)
                .hasMessageContaining("no root that this host trusts signed it")
                .hasMessageContaining("compare it with the one that the server prints")
                .hasMessageEndingWith(refused.pinLine());
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void refusesASelfSignedCertificateUnderTheSystemsRoots(Engine.Tls engine, String version) {
        ClientTls client = ClientTls.create(ClientTrust.system(), engine, List.of());

        assertThat(refused(OWN, client, "127.0.0.1", version)).hasMessageContaining("it is self-signed");
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void refusesAnExpiredCertificate(Engine.Tls engine, String version) {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        ClientTls client = client(engine, List.of(PKI.root()), null, Unverified.REFUSED);

        assertThat(refused(PKI.issue(yesterday, "127.0.0.1"), client, "127.0.0.1", version))
                .hasMessageContaining("it expired on " + yesterday.toString().substring(0, 10));
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void takesAPinnedCertificateWhateverItsIssuerAndName(Engine.Tls engine, String version) throws Exception {
        try (TlsRig rig = server(OWN, Engine.Tls.AUTO)) {
            Seen seen = rig.connect(
                    client(engine, List.of(), OWN.fingerprint(), Unverified.REFUSED), "elsewhere.example.com", version);

            assertThat(seen.leaf()).isEqualTo(new Leaf(OWN.fingerprint(), Leaf.Trust.PINNED));
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void takesNoOtherCertificateThanThePinnedOne(Engine.Tls engine, String version) {
        for (Unverified unverified : Unverified.values()) {
            ClientTls client = client(engine, List.of(PKI.root()), OWN.fingerprint(), unverified);

            assertThat(refused(ISSUED, client, "127.0.0.1", version))
                    .hasMessageContaining("seen is " + ISSUED.fingerprint())
                    .hasMessageContaining("server_fingerprint says " + OWN.fingerprint())
                    .hasMessageContaining("somebody is in between");
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void letsAnythingPassWithSkipVerifyButDoesNotCallItTrusted(Engine.Tls engine, String version) throws Exception {
        ClientTls client = client(engine, List.of(PKI.root()), null, Unverified.ACCEPTED);
        try (TlsRig own = server(OWN, Engine.Tls.AUTO);
                TlsRig issued = server(ISSUED, Engine.Tls.AUTO)) {
            assertThat(own.connect(client, "127.0.0.1", version).leaf())
                    .isEqualTo(new Leaf(OWN.fingerprint(), Leaf.Trust.UNVERIFIED));
            assertThat(issued.connect(client, "other.example.com", version).leaf())
                    .isEqualTo(new Leaf(ISSUED.fingerprint(), Leaf.Trust.UNVERIFIED));
            assertThat(issued.connect(client, "127.0.0.1", version).leaf())
                    .isEqualTo(new Leaf(ISSUED.fingerprint(), Leaf.Trust.VERIFIED));
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void takesAGeneratedCertificateAsItsOwnRoot(Engine.Tls engine, String version) throws Exception {
        try (TlsRig rig = server(OWN, Engine.Tls.AUTO)) {
            Seen seen = rig.connect(
                    client(engine, List.of(OWN.leaf()), null, Unverified.REFUSED), "tunnel.example.com", version);

            assertThat(seen.leaf().trusted()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#all")
    void refusesOldProtocols(Engine.Tls engine) throws Exception {
        try (TlsRig rig = server(ISSUED, engine)) {
            var old = client(Engine.Tls.JDK, List.of(PKI.root()), null, Unverified.REFUSED);

            assertThatThrownBy(() -> rig.connect(old, "127.0.0.1", "TLSv1.1")).isInstanceOf(HandshakeFailed.class);
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#all")
    void hasNoLeafBeforeTheHandshake(Engine.Tls engine) {
        ClientTls client = client(engine, List.of(), null, Unverified.ACCEPTED);
        var handler = client.newHandler(io.netty.buffer.ByteBufAllocator.DEFAULT, "127.0.0.1", 1);
        try {
            assertThatThrownBy(() -> client.leaf(handler)).isInstanceOf(IllegalStateException.class);
        } finally {
            io.netty.util.ReferenceCountUtil.release(handler.engine());
        }
    }

    @Test
    void fallsBackToTheJdkForAKeyThatBoringSslDoesNotKnow() throws Exception {
        ServerTls tls = ServerTls.create(TestKeys.ed25519(), Engine.Tls.AUTO, List.of());
        try (TlsRig rig = new TlsRig(tls::newHandler)) {
            ClientTls client = client(Engine.Tls.JDK, List.of(), tls.fingerprint(), Unverified.REFUSED);

            assertThat(rig.connect(client, "127.0.0.1").leaf().trusted()).isTrue();
        }
    }

    @Test
    void namesTheEngine() {
        assertThat(TlsEngine.choose(Engine.Tls.JDK)).hasToString("JDK " + Runtime.version() + " TLS");
        for (Engine.Tls engine : Engines.all()) {
            assertThat(ServerTls.create(OWN, engine, List.of()).engine())
                    .isEqualTo(
                            client(engine, List.of(), null, Unverified.REFUSED).engine())
                    .hasToString(TlsEngine.choose(engine).toString());
        }
    }

    private static TlsRig server(ServerCertificate certificate, Engine.Tls engine) {
        return new TlsRig(ServerTls.create(certificate, engine, List.of())::newHandler);
    }

    private static ClientTls client(
            Engine.Tls engine, List<X509Certificate> roots, @Nullable Fingerprint pin, Unverified unverified) {
        return ClientTls.create(new ClientTrust(roots, pin, unverified), engine, List.of());
    }

    private static UntrustedCertificateException refused(
            ServerCertificate shown, ClientTls client, String host, String version) {
        try (TlsRig rig = server(shown, Engine.Tls.AUTO)) {
            HandshakeFailed failed =
                    catchThrowableOfType(HandshakeFailed.class, () -> rig.connect(client, host, version));
            return UntrustedCertificateException.in(failed).orElseThrow(() -> new AssertionError(failed));
        }
    }
}
