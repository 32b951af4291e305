package io.tlstunnel.client.tunnel;

import io.tlstunnel.client.status.DialOutcome;
import io.tlstunnel.transport.HandshakeFailure;
import io.tlstunnel.transport.dial.DialException;

/** How failures are counted. */
final class Outcomes {
    private Outcomes() {}

    static DialOutcome of(DialException.Kind kind) {
        return switch (kind) {
            case DNS -> DialOutcome.DNS;
            case REFUSED, NETWORK -> DialOutcome.CONNECT;
            case TIMEOUT -> DialOutcome.TIMEOUT;
            case TLS_UNTRUSTED -> DialOutcome.CERTIFICATE;
            case TLS -> DialOutcome.TLS;
            case HTTP_STATUS, NOT_WEBSOCKET -> DialOutcome.UPGRADE;
            case PROXY_AUTH, PROXY -> DialOutcome.HTTP_PROXY;
        };
    }

    static DialOutcome of(HandshakeFailure.Kind kind) {
        return switch (kind) {
            case REFUSED, REPLACED -> DialOutcome.REFUSED;
            case UNTRUSTED -> DialOutcome.UNTRUSTED;
            case DRAINING -> DialOutcome.DRAINING;
            case MALFORMED -> DialOutcome.MALFORMED;
            case TIMEOUT -> DialOutcome.TIMEOUT;
            case LOST -> DialOutcome.TRANSPORT;
        };
    }
}
