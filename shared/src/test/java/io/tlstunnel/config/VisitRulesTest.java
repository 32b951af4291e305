package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisitRulesTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.13, 192.0.2.13, true",
        "192.0.2.13, 192.0.2.12, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.9, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/65, 2001:db8::7fff:0:0:1, true",
        "2001:db8::/65, 2001:db8::8000:0:0:1, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "2001:db8::/64, 2001:db8::1, true",
        "fe80::1/128, fe80::1, true"
    })
    void aBlockHoldsItsAddresses(String block, String address, boolean held) throws UnknownHostException {
        assertThat(block(block).contains(InetAddress.getByName(address))).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "::/129",
                "10.0.0/8",
                "a",
                "10.0.0.0/8/8",
                "10.0.0.1/8",
                "1"
            })
    void refusesOtherTexts(String text) {
        assertThat(Cidr.of(text)).isNull();
        assertThatThrownBy(() -> Cidr.type().read(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/8", "192.0.2.13/32", "2001:db8::/32", "0.0.0.0/0", "::/0", "::/95", "fe80::1/128"})
    void isWrittenAsItIsRead(String text) {
        assertThat(block(text)).hasToString(text);
    }

    @Test
    void denyWinsAndAnEmptyAllowIsEverybody() throws UnknownHostException {
        final AddressRules rules = rules(List.of("10.0.0.0/8"), List.of("10.0.0.13"));
        final AddressRules onlyDeny = rules(List.of(), List.of("10.0.0.0/8"));

        assertThat(rules.admit(InetAddress.getByName("10.0.0.12"))).isTrue();
        assertThat(rules.admit(InetAddress.getByName("10.0.0.13"))).isFalse();
        assertThat(rules.admit(InetAddress.getByName("192.0.2.1"))).isFalse();
        assertThat(onlyDeny.admit(InetAddress.getByName("192.0.2.1"))).isTrue();
        assertThat(onlyDeny.admit(InetAddress.getByName("10.0.0.12"))).isFalse();
        assertThat(AddressRules.ALL.admit(InetAddress.getByName("::1"))).isTrue();
    }

    @Test
    void travelsAsOptionsOfAProxy() {
        final VisitRules rules =
                new VisitRules(rules(List.of("10.0.0.0/8", "2001:db8::/32"), List.of("10.0.0.13")), 5, 1 << 20);

        assertThat(VisitRules.NONE.toOptions()).isEmpty();
        assertThat(VisitRules.ofOptions(Map.of())).isEqualTo(VisitRules.NONE);
        assertThat(rules.toOptions())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "allow_from", "10.0.0.0/8,2001:db8::/32",
                        "deny_from", "10.0.0.13/32",
                        "max_streams_per_second", "5",
                        "bandwidth_limit", "1048576"));
        assertThat(VisitRules.ofOptions(rules.toOptions())).isEqualTo(rules);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host|example.com|option host is not in this version",
                "allow_from|10.0.0.0/8,|option allow_from has an item that is no block of addresses",
                "deny_from|10.0.0.1/8|option deny_from has an item that is no block of addresses",
                "max_streams_per_second|0|option max_streams_per_second is no number from 1 to 1000000",
                "bandwidth_limit|1MB|option bandwidth_limit is no number from 1024 to 1099511627776",
                "bandwidth_limit|9999999999999999999|option bandwidth_limit is no number from 1024 to 1099511627776"
            })
    void refusesAnOptionRatherThanToLiftALimit(String name, String value, String sentence) {
        assertThatThrownBy(() -> VisitRules.ofOptions(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void theLongestListsFitIntoAnOption() {
        final Cidr longest = block("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
        final Cidr[] most = new Cidr[VisitRules.MOST_BLOCKS];
        Arrays.fill(most, longest);

        final VisitRules rules = new VisitRules(new AddressRules(List.of(most), List.of()), 0, 0);

        assertThat(rules.toOptions().get("allow_from").length()).isLessThan(0xFFFF);
    }

    private static AddressRules rules(List<String> allow, List<String> deny) {
        return new AddressRules(
                allow.stream().map(VisitRulesTest::block).toList(),
                deny.stream().map(VisitRulesTest::block).toList());
    }

    private static Cidr block(String text) {
        final Cidr block = Cidr.of(text);
        assertThat(block).as(text).isNotNull();
        return block;
    }
}
