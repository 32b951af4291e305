package io.tlstunnel.transport.dial;

import io.tlstunnel.transport.CarrierConnection;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Tries addresses in turn until one works. */
final class AddressWalk {
    private final List<InetSocketAddress> addresses;
    private final Function<InetSocketAddress, Future<CarrierConnection>> attempt;
    private final List<DialException> failures = new ArrayList<>();

    AddressWalk(List<InetSocketAddress> addresses, Function<InetSocketAddress, Future<CarrierConnection>> attempt) {
        this.addresses = addresses;
        this.attempt = attempt;
    }

    Future<CarrierConnection> next() {
        return attempt.apply(addresses.get(failures.size())).recover(failure -> {
            failures.add(
                    failure instanceof DialException known
                            ? known
                            : new DialException(
                                    DialException.Kind.NETWORK, "the dial failed unexpectedly: " + failure, failure));
            return failures.size() < addresses.size() ? next() : Future.failedFuture(summary());
        });
    }

    /** One address, or the same complaint from all: that sentence. Else all of them in one. */
    private DialException summary() {
        Set<String> sentences = new LinkedHashSet<>();
        failures.forEach(failure -> sentences.add(failure.getMessage()));
        DialException first = failures.get(0);
        if (sentences.size() == 1) {
            return first;
        }
        DialException all = new DialException(
                first.kind(),
                "none of the " + failures.size() + " addresses works: " + String.join("; ", sentences),
                first);
        failures.stream().skip(1).forEach(all::addSuppressed);
        return all;
    }
}
