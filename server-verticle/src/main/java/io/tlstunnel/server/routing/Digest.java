package io.tlstunnel.server.routing;

import io.vertx.core.json.JsonObject;
import java.util.Collection;

/**
 * What a node's registrations come to, told each second: who computes another one from what has arrived has missed
 * something.
 *
 * @param incarnation of the node
 * @param number of its latest change, 0 if there was none
 * @param hash over the numbers of the registrations that stand, in any order
 */
public record Digest(long incarnation, long number, long hash) {

    /** Address on the event bus. */
    public static final String ADDRESS = "tunnel.digests";

    /** A change's number stands for all that it says: no other one of its incarnation has it. */
    static long hash(Collection<Registration> standing) {
        return standing.stream()
                .mapToLong(registration -> mix(registration.number()))
                .sum();
    }

    /** Scatters the bits (the finalizer of SplittableRandom, Steele et al., 2014). */
    private static long mix(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** The message as it travels. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("incarnation", incarnation)
                .put("number", number)
                .put("hash", hash);
    }

    /** Reads a message. */
    public static Digest of(JsonObject json) {
        return new Digest(json.getLong("incarnation"), json.getLong("number"), json.getLong("hash"));
    }
}
