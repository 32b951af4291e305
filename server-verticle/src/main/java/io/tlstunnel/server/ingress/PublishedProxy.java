package io.tlstunnel.server.ingress;

import io.tlstunnel.config.Sharing;
import io.tlstunnel.config.VisitRules;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.RefusalCode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of one proxy of a session on this node. Control context only. */
final class PublishedProxy {
    private static final List<String> GROUP_OPTIONS = List.of(Sharing.GROUP, Sharing.GROUP_KEY);

    private ProxySpec spec;
    private @Nullable IngressKey key;
    private ProxyResult result;
    private boolean isOfferedElsewhere;
    private VisitRules visits = VisitRules.NONE;

    PublishedProxy(ProxySpec spec) {
        this.spec = spec;
        this.result = new ProxyResult.Retry(spec.name(), "not decided yet");
    }

    ProxySpec spec() {
        return spec;
    }

    /** Whether that asks for the same but for options, which may change while it is published; a group is claimed. */
    boolean isAlike(ProxySpec other) {
        return GROUP_OPTIONS.stream()
                        .allMatch(option -> Objects.equals(
                                spec.options().get(option), other.options().get(option)))
                && spec.name().equals(other.name())
                && spec.type().equals(other.type())
                && spec.publishAddr().equals(other.publishAddr())
                && spec.publishPort() == other.publishPort();
    }

    /** Takes over other options. */
    PublishedProxy asks(ProxySpec alike) {
        spec = alike;
        return this;
    }

    /** What limits its visitors, as of the last decision. */
    VisitRules visits() {
        return visits;
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

    /** Its options make sense where it is accepted. */
    void decided(ProxyResult decided) {
        result = decided;
        isOfferedElsewhere = false;
        visits = isAccepted() ? VisitRules.ofOptions(spec.options()) : VisitRules.NONE;
    }

    boolean isAccepted() {
        return result instanceof ProxyResult.Accepted;
    }

    /** What the route table hears of it. */
    Registration.Entry entry() {
        return new Registration.Entry(spec, isOffered() ? key : null, isConflict());
    }

    private boolean isConflict() {
        return result instanceof ProxyResult.Refused refused && refused.code() == RefusalCode.CONFLICT;
    }

    private boolean isOffered() {
        return isAccepted() || isOfferedElsewhere;
    }

    /** Not here, where its address cannot be had; but other nodes may have it. */
    void offeredElsewhere(ProxyResult refused) {
        decided(refused);
        isOfferedElsewhere = true;
        visits = VisitRules.ofOptions(spec.options());
    }
}
