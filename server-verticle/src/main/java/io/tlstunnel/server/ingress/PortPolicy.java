package io.tlstunnel.server.ingress;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.PortRange;
import io.tlstunnel.config.Sharing;
import io.tlstunnel.config.VisitRules;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.RefusalCode;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Whether a key allows what its client asks for. Checked again for each stream: permissions may change. */
final class PortPolicy {
    private static final Set<String> TYPES = Set.of("tcp", "ssh", "http/1.1", "http/2.0");

    private final IntPredicate ownPorts;

    /** @param ownPorts whether the node itself listens on a port */
    PortPolicy(IntPredicate ownPorts) {
        this.ownPorts = ownPorts;
    }

    /** Why {@code spec} must not be published for that entry; empty if it may. Port 0 is judged when it is chosen. */
    Optional<ProxyResult.Refused> refusal(ProxySpec spec, ClientEntry entry) {
        if (!TYPES.contains(spec.type())) {
            return refused(spec, RefusalCode.INVALID, "proxy_type " + spec.type() + " is not in this version");
        }
        if (!entry.allowTypes().isEmpty() && !entry.allowTypes().contains(spec.type())) {
            return refused(spec, RefusalCode.FORBIDDEN, "this key does not allow proxy_type " + spec.type());
        }
        try {
            VisitRules.ofOptions(spec.options());
            if (spec.publishPort() == 0 && Sharing.ofOptions(spec.options()).group() != null) {
                return refused(spec, RefusalCode.INVALID, "a group needs a publish_port that all its members know");
            }
        } catch (IllegalArgumentException nonsense) {
            return refused(spec, RefusalCode.INVALID, String.valueOf(nonsense.getMessage()));
        }
        return spec.publishPort() == 0 ? Optional.empty() : refusal(spec, entry, spec.publishPort());
    }

    /** The same for the port that it has, or would have. */
    Optional<ProxyResult.Refused> refusal(ProxySpec spec, ClientEntry entry, int port) {
        if (ownPorts.test(port)) {
            return refused(spec, RefusalCode.FORBIDDEN, "port " + port + " is the server's own; take another");
        }
        if (!allows(entry, port)) {
            return refused(
                    spec,
                    RefusalCode.FORBIDDEN,
                    "this key does not allow port " + port + ", only "
                            + entry.allowPorts().stream()
                                    .map(PortRange::toString)
                                    .collect(Collectors.joining(", ")));
        }
        return Optional.empty();
    }

    /** Whether the server may pick that port for the entry. */
    boolean mayPick(ClientEntry entry, int port) {
        return !ownPorts.test(port) && allows(entry, port);
    }

    private static boolean allows(ClientEntry entry, int port) {
        return entry.allowPorts().stream().anyMatch(range -> range.contains(port));
    }

    private static Optional<ProxyResult.Refused> refused(ProxySpec spec, RefusalCode code, String reason) {
        return Optional.of(new ProxyResult.Refused(spec.name(), code, reason));
    }
}
