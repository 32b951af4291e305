package io.tlstunnel.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.PortRange;
import io.tlstunnel.config.Secret;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.RefusalCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortPolicyTest {
    private static final ClientEntry ENTRY = new ClientEntry(
            "home", List.of(new Secret("a key of the home")), List.of(new PortRange(2000, 2999)), Set.of("tcp"), 1, 1);

    private final PortPolicy policy = new PortPolicy(port -> port == 2443);

    @Test
    void allowsWhatTheKeyAllows() {
        assertThat(policy.refusal(spec("tcp", 2000, Map.of("deny_from", "10.0.0.0/8")), ENTRY))
                .isEmpty();
        assertThat(policy.refusal(spec("tcp", 0, Map.of()), ENTRY)).isEmpty();
    }

    @Test
    void saysWhatItDoesNotAllow() {
        assertRefused(
                spec("tcp", 3000, Map.of()),
                RefusalCode.FORBIDDEN,
                "this key does not allow port 3000, only 2000-2999");
        assertRefused(spec("ssh", 2000, Map.of()), RefusalCode.FORBIDDEN, "this key does not allow proxy_type ssh");
        assertRefused(
                spec("tcp", 2443, Map.of()), RefusalCode.FORBIDDEN, "port 2443 is the server's own; take another");
        assertRefused(spec("udp", 2000, Map.of()), RefusalCode.INVALID, "proxy_type udp is not in this version");
        assertRefused(
                spec("tcp", 2000, Map.of("host", "a")), RefusalCode.INVALID, "option host is not in this version");
    }

    @Test
    void judgesAPickedPortByTheRightsOfNow() {
        assertThat(policy.refusal(spec("tcp", 0, Map.of()), ENTRY, 2001)).isEmpty();
        assertThat(policy.refusal(spec("tcp", 0, Map.of()), ENTRY, 3001))
                .map(ProxyResult.Refused::code)
                .contains(RefusalCode.FORBIDDEN);
    }

    private void assertRefused(ProxySpec spec, RefusalCode code, String reason) {
        assertThat(policy.refusal(spec, ENTRY)).contains(new ProxyResult.Refused("web", code, reason));
    }

    private static ProxySpec spec(String type, int port, Map<String, String> options) {
        return new ProxySpec("web", type, "0.0.0.0", port, options);
    }
}
