package io.tlstunnel.cli;

import io.netty.handler.ssl.OpenSsl;

/** Which TLS engine "auto" takes here. */
final class TlsEngines {

    private TlsEngines() {}

    static String describe() {
        return OpenSsl.isAvailable()
                ? OpenSsl.versionString()
                : "the JDK's (" + Failures.sentence(OpenSsl.unavailabilityCause()) + ")";
    }
}
