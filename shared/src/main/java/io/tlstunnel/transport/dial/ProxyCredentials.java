package io.tlstunnel.transport.dial;

import io.tlstunnel.config.HttpProxy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Basic authentication of RFC 7617, in UTF-8. */
final class ProxyCredentials {
    private ProxyCredentials() {}

    /** Value of {@code Proxy-Authorization}; empty without a user name. Secret. */
    static Optional<String> header(HttpProxy proxy) {
        if (proxy.user() == null) {
            return Optional.empty();
        }
        ByteArrayOutputStream pair = new ByteArrayOutputStream();
        pair.writeBytes(proxy.user().getBytes(StandardCharsets.UTF_8));
        pair.write(':');
        if (proxy.password() != null) {
            pair.writeBytes(proxy.password().bytes());
        }
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.toByteArray()));
    }
}
