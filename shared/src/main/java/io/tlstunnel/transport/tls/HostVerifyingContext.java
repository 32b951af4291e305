package io.tlstunnel.transport.tls;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Asks every engine to verify the host name, whoever makes it: this program or Vert.x. */
final class HostVerifyingContext extends DelegatingSslContext {
    HostVerifyingContext(SslContext context) {
        super(context);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(LeafTrustManager.HOST_NAME_RULES);
        engine.setSSLParameters(parameters);
    }
}
