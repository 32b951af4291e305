package io.tlstunnel.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskKeysTest {
    @Test
    void hasAFreshKeyForEachFrame() {
        MaskKeys keys = new MaskKeys();
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            seen.add(keys.next());
        }
        assertThat(seen).hasSizeGreaterThan(9_990);
    }
}
