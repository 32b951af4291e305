package io.tlstunnel.client;

import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.security.CaCertificates;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.dial.DialTls;
import io.tlstunnel.transport.dial.FastDialler;
import io.tlstunnel.transport.dial.PlainDialler;
import io.tlstunnel.transport.dial.TunnelDialler;
import io.tlstunnel.transport.tls.ClientTls;
import io.tlstunnel.transport.tls.ClientTrust;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What takes a while to make at start: the proof's key and the TLS context, null for {@code ws}. */
record Credentials(TunnelKey key, @Nullable ClientTls tls) {

    /** Blocking. */
    static Credentials load(ClientConfig config) {
        TunnelKey key = TunnelKey.derive(config.authKey(), TunnelKey.Purpose.TUNNEL);
        if (config.transport() == TransportKind.WS) {
            return new Credentials(key, null);
        }
        return new Credentials(
                key, ClientTls.create(trust(config), config.engine().tls(), List.of("http/1.1")));
    }

    private static ClientTrust trust(ClientConfig config) {
        return new ClientTrust(
                config.caCertPath() == null ? List.of() : CaCertificates.load(config.caCertPath()),
                config.serverFingerprint() == null ? null : Fingerprint.parse(config.serverFingerprint()),
                config.skipVerify() ? ClientTrust.Unverified.ACCEPTED : ClientTrust.Unverified.REFUSED);
    }

    TunnelDialler dialler(VertxRuntime runtime, ClientConfig config) {
        DialTls dialTls = tls == null ? null : new TunnelDialTls(tls);
        return config.engine().dataPath() == DataPath.FAST
                ? new FastDialler(runtime, dialTls)
                : new PlainDialler(runtime, dialTls, config.timing().connectTimeout());
    }

    String engine() {
        return tls == null ? "none" : tls.engine().toString();
    }

    String engineWord() {
        return tls == null ? "none" : tls.engine().name().toLowerCase(Locale.ROOT);
    }
}
