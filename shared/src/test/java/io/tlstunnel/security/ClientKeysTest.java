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
                .hasSize(2)
                .allMatch(candidate -> candidate.entry().equals(laptop));
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
