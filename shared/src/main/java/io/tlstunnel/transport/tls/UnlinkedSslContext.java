package io.tlstunnel.transport.tls;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A JDK context whose engines share no session: each is made in a context of its own. The JDK has no switch against
 * resumption, and a resumed session shows no certificate to bind the proof to.
 */
final class UnlinkedSslContext extends SSLContext {
    private UnlinkedSslContext(Spi spi, SSLContext model) {
        super(spi, model.getProvider(), model.getProtocol());
    }

    static SSLContext trusting(TrustManager trustManager) {
        Spi spi = new Spi(trustManager);
        return new UnlinkedSslContext(spi, spi.model);
    }

    private static final class Spi extends SSLContextSpi {
        private final TrustManager[] trustManagers;
        private final SecureRandom random = new SecureRandom();
        private final SSLContext model;

        Spi(TrustManager trustManager) {
            this.trustManagers = new TrustManager[] {trustManager};
            this.model = fresh();
        }

        private SSLContext fresh() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, trustManagers, random);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has TLS", e);
            }
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw new UnsupportedOperationException("a host to verify is needed");
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return fresh().createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return model.getClientSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return model.getServerSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return model.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return model.getSupportedSSLParameters();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom source)
                throws KeyManagementException {
            throw new KeyManagementException("is initialised");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("engines only");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("engines only");
        }
    }
}
