package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.PortRange;
import io.tlstunnel.config.Secret;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClientKeysTest {
    private final ClientEntry laptop = entry("laptop", "old-key-of-the-laptop", "new-key-of-the-laptop");
    private final ClientEntry everyone = entry("*", "key-of-everyone-else");

    @Test
    void givesAListedNameItsOwnKeysOnly() {
        ClientKeys keys = ClientKeys.derive(List.of(laptop, everyone));

        assertThat(keys.candidates("laptop"))
                .extracting(Candidate::entry)
                .containsExactly(
                        laptop.provedBy(new Secret("old-key-of-the-laptop")),
                        laptop.provedBy(new Secret("new-key-of-the-laptop")));
    }

    @Test
    void saysWhatAKeyAllowsNow() {
        ClientKeys keys = ClientKeys.derive(List.of(laptop, everyone));
        ClientKeys later = keys.renewed(List.of(entry("laptop", "new-key-of-the-laptop")));

        assertThat(keys.entry("laptop", new Secret("old-key-of-the-laptop"))).isNotNull();
        assertThat(keys.entry("laptop", new Secret("key-of-everyone-else"))).isNull();
        assertThat(keys.entry("desktop", new Secret("key-of-everyone-else"))).isNotNull();
        assertThat(later.entry("laptop", new Secret("old-key-of-the-laptop"))).isNull();
        assertThat(later.entry("desktop", new Secret("key-of-everyone-else"))).isNull();
    }

    @Test
    void derivesAKnownKeyOnlyOnce() {
        ClientKeys keys = ClientKeys.derive(List.of(laptop));
        ClientKeys later = keys.renewed(List.of(laptop, everyone));

        assertThat(later.candidates("laptop").get(0).key())
                .isSameAs(keys.candidates("laptop").get(0).key());
    }

    @Test
    void givesEveryOtherNameTheWildcardsKeys() {
        ClientKeys keys = ClientKeys.derive(List.of(laptop, everyone));

        assertThat(keys.candidates("desktop"))
                .hasSize(1)
                .allMatch(candidate -> candidate.entry().equals(everyone));
        assertThat(keys.candidates("*")).isEmpty();
    }

    @Test
    void knowsNoOtherNameWithoutAWildcard() {
        assertThat(ClientKeys.derive(List.of(laptop)).candidates("desktop")).isEmpty();
    }

    private static ClientEntry entry(String name, String... keys) {
        List<Secret> secrets = List.of(keys).stream().map(Secret::new).toList();
        return new ClientEntry(name, secrets, List.of(new PortRange(1024, 65535)), Set.of(), 10, 16);
    }
}
