package io.tlstunnel.server.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Secret;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.wire.ProxySpec;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a node keeps of the keys of groups. */
final class GroupKeysTest {
    private static final String SECRET = "what the members share";
    private static final NodeKey KEY = NodeKey.derive(new Secret("what the nodes share"));

    private static ProxySpec proxy(Map<String, String> options) {
        return new ProxySpec("site", "tcp", "0.0.0.0", 8080, options);
    }

    private static String mark(NodeKey node, String group, String key) {
        Map<String, String> options = GroupKeys.marked(List.of(proxy(Map.of("group", group, "group_key", key))), node)
                .get(0)
                .options();
        assertThat(options).containsEntry("group", group).hasSize(2);
        return options.getOrDefault("group_key", "");
    }

    @Test
    void theSameKeyHasTheSameMarkAtAllNodes() {
        String mark = mark(KEY, "site", SECRET);
        assertThat(mark).matches("[0-9a-f]{32}").isEqualTo(mark(KEY, "site", SECRET));
        assertThat(mark(NodeKey.derive(new Secret("what the nodes share")), "site", SECRET))
                .isEqualTo(mark);
        assertThat(mark(NodeKey.random(new SecureRandom()), "site", SECRET)).isNotEqualTo(mark);
    }

    @Test
    void anotherGroupOrKeyHasAnotherMark() {
        assertThat(List.of(
                        mark(KEY, "site", SECRET),
                        mark(KEY, "mail", SECRET),
                        mark(KEY, "site", "another key"),
                        mark(KEY, "sitew", SECRET.substring(1))))
                .doesNotHaveDuplicates();
    }

    @Test
    void aMarkIsWorthNothingToWhoShowsIt() {
        String mark = mark(KEY, "site", SECRET);
        assertThat(mark(KEY, "site", mark)).isNotEqualTo(mark);
    }

    @Test
    void whatHasNoKeyStaysAsItIs() {
        ProxySpec plain = proxy(Map.of("max_streams_per_second", "3"));
        assertThat(GroupKeys.marked(List.of(plain), KEY)).containsExactly(plain);
    }
}
