package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StandardNameTest {
    private static final Path FILE = Path.of("/etc/tls-tunnel/client.toml");

    @Test
    void isHostNameAndEightHexDigits() {
        assertThat(StandardName.of("web-1", "4f2c", FILE)).matches("web-1-[0-9a-f]{8}");
        assertThat(StandardName.of(FILE)).matches(".+-[0-9a-f]{8}").isEqualTo(StandardName.of(FILE));
    }

    @Test
    void differsByMachineAndByFile() {
        final String name = StandardName.of("web-1", "4f2c", FILE);

        assertThat(StandardName.of("web-1", "4f2d", FILE)).isNotEqualTo(name);
        assertThat(StandardName.of("web-1", "4f2c", FILE.resolveSibling("other.toml")))
                .isNotEqualTo(name);
        assertThat(StandardName.of("web-1", "4f2c", FILE.resolveSibling("./client.toml")))
                .isEqualTo(name);
    }

    @Test
    void isAlwaysAValidName() throws BadValue {
        for (final String host : new String[] {"", "..x", "Büro PC", "x".repeat(300), "a/b\n"}) {
            final String name = StandardName.of(host, "4f2c", FILE);
            assertThat(Types.name().read(name)).isEqualTo(name);
        }
    }
}
