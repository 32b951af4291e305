package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.ClientKeys;
import io.tlstunnel.security.KeyLookup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may come and what for, as it stands now: replaced as a whole when the configuration changes. Any thread. */
public final class Grants implements KeyLookup<ClientEntry> {
    private volatile ClientKeys keys;

    public Grants(ClientKeys keys) {
        this.keys = keys;
    }

    @Override
    public List<Candidate<ClientEntry>> candidates(String name) {
        return keys.candidates(name);
    }

    /** What the key by which {@code proved} was got allows that client now; null if it was withdrawn. */
    @Nullable
    ClientEntry now(String client, ClientEntry proved) {
        return keys.entry(client, proved.keys().get(0));
    }

    /** What a client of that name may do, whichever of its keys it has; null if there is none of that name. */
    public @Nullable ClientEntry of(String client) {
        return candidates(client).stream().map(Candidate::entry).findFirst().orElse(null);
    }

    /** The keys in force, to make others from. */
    public ClientKeys keys() {
        return keys;
    }

    /** From now on these hold for who comes; {@link Sessions#regrant} is for who is here. */
    public void replace(ClientKeys renewed) {
        keys = renewed;
    }
}
