package io.tlstunnel.transport.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.config.BalancerConfig.Way;
import io.tlstunnel.transport.testing.TransportRig;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedForTest {
    private static final BalancerConfig TRUSTED = TransportRig.balancer(Way.FORWARDED_FOR, "10.0.0.0/8", "::1");

    private static String client(BalancerConfig balancer, String peer, String... lines) {
        InetSocketAddress client = new ForwardedFor(balancer).client(new InetSocketAddress(peer, 4711), List.of(lines));
        return client.getAddress().getHostAddress() + " " + client.getPort();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1 | 198.51.100.7                              | 198.51.100.7 0",
                "::1      | 198.51.100.7                              | 198.51.100.7 0",
                "10.0.0.1 | 203.0.113.1, 198.51.100.7                 | 198.51.100.7 0",
                "10.0.0.1 | 203.0.113.1 ,198.51.100.7 , 10.0.0.2      | 198.51.100.7 0",
                "10.0.0.1 | 203.0.113.1, 198.51.100.7, 10.9.9.9, ::1  | 198.51.100.7 0",
                "10.0.0.1 | 198.51.100.7:53480                        | 198.51.100.7 53480",
                "10.0.0.1 | [2001:db8::7]:53480                       | 2001:db8:0:0:0:0:0:7 53480",
                "10.0.0.1 | 2001:db8::7                               | 2001:db8:0:0:0:0:0:7 0",
                "10.0.0.1 | ::ffff:198.51.100.7                       | 198.51.100.7 0",
                "10.0.0.1 | 10.0.0.3, 10.0.0.2                        | 10.0.0.3 0",
                "10.0.0.1 | 198.51.100.7, unknown                     | 10.0.0.1 4711",
                "10.0.0.1 | 198.51.100.7, unknown, 10.0.0.2           | 10.0.0.2 0",
                "10.0.0.1 | 198.51.100.7:70000                        | 10.0.0.1 4711",
                "10.0.0.1 | ''                                        | 10.0.0.1 4711",
                "10.0.0.1 | ,,                                        | 10.0.0.1 4711",
                "192.0.2.9 | 198.51.100.7                             | 192.0.2.9 4711",
            })
    void isTheLastHopThatIsNotTrusted(String peer, String header, String client) {
        assertThat(client(TRUSTED, peer, header)).isEqualTo(client);
    }

    @Test
    void readsSeveralLinesAsOne() {
        assertThat(client(TRUSTED, "10.0.0.1", "203.0.113.1", "198.51.100.7, 10.0.0.2"))
                .isEqualTo("198.51.100.7 0");
        assertThat(client(TRUSTED, "10.0.0.1")).isEqualTo("10.0.0.1 4711");
    }

    @Test
    void countsForNothingWhereItIsNotAskedFor() {
        BalancerConfig other = new BalancerConfig(TRUSTED.trusted(), Set.of(Way.PROXY_HEADER));

        assertThat(client(other, "10.0.0.1", "198.51.100.7")).isEqualTo("10.0.0.1 4711");
        assertThat(Stream.of(Way.values()).noneMatch(BalancerConfig.NONE::tells))
                .isTrue();
    }
}
