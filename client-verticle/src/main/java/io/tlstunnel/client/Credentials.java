package io.tlstunnel.client;

import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.dial.FastDialler;
import io.tlstunnel.transport.dial.PlainDialler;
import io.tlstunnel.transport.dial.TunnelDialler;
import io.tlstunnel.transport.tls.ClientTls;
import io.tlstunnel.transport.tls.ClientTrust;
import io.tlstunnel.transport.tls.TlsEngine;
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
                key, ClientTls.create(ClientTrust.of(config), config.engine().tls(), List.of("http/1.1")));
    }

    TunnelDialler dialler(VertxRuntime runtime, ClientConfig config) {
        DialTlsBridge bridge = tls == null ? null : new DialTlsBridge(tls);
        return config.engine().dataPath() == DataPath.FAST
                ? new FastDialler(runtime, bridge)
                : new PlainDialler(runtime, bridge);
    }

    String engine() {
        return tls == null ? "none" : tls.engine().toString();
    }

    String engineWord() {
        return tls == null ? "none" : tls.engine().name().toLowerCase(Locale.ROOT);
    }
}
