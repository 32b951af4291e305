package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import org.jspecify.annotations.Nullable;

/** What became of one proxy of a session on this node. Control context only. */
final class PublishedProxy {
    private final ProxySpec spec;
    private @Nullable IngressKey key;
    private ProxyResult result;

    PublishedProxy(ProxySpec spec) {
        this.spec = spec;
        this.result = new ProxyResult.Retry(spec.name(), "not decided yet");
    }

    ProxySpec spec() {
        return spec;
    }

    /** The key that it has claimed, or null. */
    @Nullable
    IngressKey key() {
        return key;
    }

    ProxyResult result() {
        return result;
    }

    void claimed(IngressKey claimed) {
        key = claimed;
    }

    void unclaimed() {
        key = null;
    }

    void decided(ProxyResult decided) {
        result = decided;
    }

    boolean isAccepted() {
        return result instanceof ProxyResult.Accepted;
    }

    /** What the route table hears of it; null while it is not published. */
    Registration.@Nullable Entry entry() {
        return isAccepted() && key != null ? new Registration.Entry(spec.name(), spec.type(), key) : null;
    }
}
