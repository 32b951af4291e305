package io.tlstunnel.transport.testing;

import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.dial.DialTls;
import io.tlstunnel.transport.dial.FastDialler;
import io.tlstunnel.transport.dial.PlainDialler;
import io.tlstunnel.transport.dial.TunnelDialler;
import io.tlstunnel.transport.front.FastFront;
import io.tlstunnel.transport.front.Front;
import io.tlstunnel.transport.front.FrontConfig;
import io.tlstunnel.transport.front.FrontTls;
import io.tlstunnel.transport.front.PlainFront;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Both ways to carry bytes; every test of the transport runs on both. */
public enum DataPath {
    FAST {
        @Override
        public Future<Front> front(
                VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor) {
            return FastFront.start(runtime, config, tls, acceptor);
        }

        @Override
        public TunnelDialler dialler(VertxRuntime runtime, @Nullable DialTls tls) {
            return new FastDialler(runtime, tls);
        }
    },
    PLAIN {
        @Override
        public Future<Front> front(
                VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor) {
            return PlainFront.start(runtime, config, tls, acceptor);
        }

        @Override
        public TunnelDialler dialler(VertxRuntime runtime, @Nullable DialTls tls) {
            return new PlainDialler(runtime, tls, Duration.ofSeconds(5));
        }
    };

    public abstract Future<Front> front(
            VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor);

    public abstract TunnelDialler dialler(VertxRuntime runtime, @Nullable DialTls tls);
}
