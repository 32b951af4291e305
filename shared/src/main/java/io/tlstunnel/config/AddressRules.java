package io.tlstunnel.config;

import java.net.InetAddress;
import java.util.List;

/**
 * Who may come, by address.
 *
 * @param allow whoever is in none of these is refused; empty = all are in
 * @param deny whoever is in one of these is refused, whatever {@code allow} says
 */
public record AddressRules(List<Cidr> allow, List<Cidr> deny) {
    /** Everybody may come. */
    public static final AddressRules ALL = new AddressRules(List.of(), List.of());

    public AddressRules {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** Whether that address may come. Any thread. */
    public boolean admit(InetAddress address) {
        if (allow.isEmpty() && deny.isEmpty()) {
            return true;
        }
        final Cidr.Address bits = Cidr.Address.of(address);
        return (allow.isEmpty() || isIn(allow, bits)) && !isIn(deny, bits);
    }

    private static boolean isIn(List<Cidr> blocks, Cidr.Address address) {
        for (final Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
