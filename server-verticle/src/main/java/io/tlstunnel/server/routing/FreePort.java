package io.tlstunnel.server.routing;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Finds a port that nobody has claimed. */
public final class FreePort {
    private FreePort() {}

    /**
     * The port that {@code asking} has a claim on already, else the first one from {@code first} to {@code last} that
     * {@code may} and all claims allow on its address.
     *
     * @param asking with any port
     */
    public static Optional<Integer> find(
            List<Claim> claims, Claim asking, int first, int last, Predicate<Integer> may) {
        String address = asking.key().address();
        Optional<Integer> own = claims.stream()
                .filter(claim -> claim.session().equals(asking.session())
                        && claim.proxy().equals(asking.proxy())
                        && claim.key().address().equals(address))
                .map(claim -> claim.key().port())
                .filter(port -> port >= first && port <= last)
                .filter(may)
                .sorted()
                .findFirst();
        if (own.isPresent()) {
            return own;
        }
        Set<Integer> taken = new HashSet<>();
        for (Claim claim : claims) {
            int port = claim.key().port();
            if (claim.key().conflictsWith(new IngressKey(address, port))) {
                taken.add(port);
            }
        }
        return IntStream.rangeClosed(first, last)
                .boxed()
                .filter(port -> !taken.contains(port))
                .filter(may)
                .findFirst();
    }
}
