package io.tlstunnel.transport.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.tlstunnel.config.Engine;

/** The code that encrypts; {@code toString} names it and its version for the start-up line. */
public enum TlsEngine {
    /** Native, by netty-tcnative. */
    BORINGSSL(SslProvider.OPENSSL),
    /** The JDK's own. */
    JDK(SslProvider.JDK);

    private final SslProvider provider;

    TlsEngine(SslProvider provider) {
        this.provider = provider;
    }

    /**
     * The engine to use. Loads the native library the first time: blocking, some 100 ms.
     *
     * @throws IllegalStateException with one sentence, if BoringSSL is asked for and does not load
     */
    public static TlsEngine choose(Engine.Tls wanted) {
        return switch (wanted) {
            case JDK -> JDK;
            case AUTO -> OpenSsl.isAvailable() ? BORINGSSL : JDK;
            case BORINGSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalStateException(
                            "BoringSSL does not load on this machine: leave the TLS engine at \"auto\"",
                            OpenSsl.unavailabilityCause());
                }
                yield BORINGSSL;
            }
        };
    }

    SslProvider provider() {
        return provider;
    }

    @Override
    public String toString() {
        return switch (this) {
            case BORINGSSL -> OpenSsl.isAvailable() ? OpenSsl.versionString() : "BoringSSL";
            case JDK -> "JDK " + Runtime.version() + " TLS";
        };
    }
}
