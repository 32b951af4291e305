package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which key each tunnel proved: of two tunnels of a session one may have the old key, one the new. Control context. */
final class Proofs {
    private static final int REFERENCE_BYTES = 6;

    private final Grants grants;
    private final SecureRandom random;
    private final Map<ServerTunnel, ClientEntry> byTunnel = new HashMap<>();

    /**
     * What has become of a session.
     *
     * @param entry what its key allows now; null if none of its keys is known any more
     * @param withdrawn tunnels whose key is not
     */
    record Review(@Nullable ClientEntry entry, List<ServerTunnel> withdrawn) {}

    Proofs(Grants grants, SecureRandom random) {
        this.grants = grants;
        this.random = random;
    }

    /** What that key allows now; null if it was withdrawn meanwhile. */
    @Nullable
    ClientEntry now(String client, ClientEntry proved) {
        return grants.now(client, proved);
    }

    void add(ServerTunnel tunnel, ClientEntry proved) {
        byTunnel.put(tunnel, proved);
    }

    void remove(ServerTunnel tunnel) {
        byTunnel.remove(tunnel);
    }

    /** A session without a tunnel is judged by the key that began it. */
    Review review(Session session) {
        List<ServerTunnel> withdrawn = new ArrayList<>();
        ClientEntry entry = session.tunnels().isEmpty() ? grants.now(session.client(), session.entry()) : null;
        for (ServerTunnel tunnel : session.tunnels()) {
            ClientEntry now = grants.now(session.client(), byTunnel.getOrDefault(tunnel, session.entry()));
            if (now == null) {
                withdrawn.add(tunnel);
            } else {
                entry = now;
            }
        }
        return new Review(entry, withdrawn);
    }

    /** What such a tunnel is told. */
    Frame.GoAway farewell() {
        byte[] reference = new byte[REFERENCE_BYTES];
        random.nextBytes(reference);
        return new Frame.GoAway(
                GoAwayCode.REFUSED,
                HexFormat.of().formatHex(reference),
                "the server's configuration has this key no longer",
                0);
    }
}
