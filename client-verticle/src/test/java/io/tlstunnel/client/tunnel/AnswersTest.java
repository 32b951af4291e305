package io.tlstunnel.client.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.RefusalCode;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What several nodes say of the same proxies. */
final class AnswersTest {
    private static final ProxyResult ACCEPTED = new ProxyResult.Accepted("web", "0.0.0.0:80");
    private static final ProxyResult REFUSED = new ProxyResult.Refused("web", RefusalCode.BIND_FAILED, "taken");

    private final Answers answers = new Answers();

    @Test
    void isPublishedIfAnyNodeHasAccepted() {
        assertThat(answers.of("web")).isNull();
        answers.heard("node-1", REFUSED);
        assertThat(answers.isPublished("web")).isFalse();
        answers.heard("node-2", ACCEPTED);
        answers.heard("node-3", REFUSED);
        assertThat(answers.of("web")).isEqualTo(ACCEPTED);
    }

    @Test
    void tellsWhatTheSameNodeHasSaidBefore() {
        answers.heard("node-1", REFUSED);
        assertThat(answers.heard("node-2", ACCEPTED)).isNull();
        assertThat(answers.heard("node-1", ACCEPTED)).isEqualTo(REFUSED);
    }

    @Test
    void forgetsNodes() {
        answers.heard("node-1", ACCEPTED);
        answers.heard("node-2", REFUSED);
        assertThat(answers.hasAnyOf(Set.of("node-2", "node-3"))).isTrue();
        assertThat(answers.hasAnyOf(Set.of("node-3"))).isFalse();
        answers.retain(Set.of("node-2", "node-3"));
        assertThat(answers.of("web")).isEqualTo(REFUSED);
    }

    @Test
    void forgetsAProxyThatIsNotAskedForAnyMore() {
        answers.heard("node-1", ACCEPTED);
        answers.heard("node-2", ACCEPTED);
        answers.withdraw("web");
        assertThat(answers.isPublished("web")).isFalse();
        assertThat(answers.proxies()).isEmpty();
    }
}
