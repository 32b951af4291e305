package io.tlstunnel.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value that its type refuses. */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Flaw> flaws;

    /**
     * One thing that is wrong.
     *
     * @param index the item of a list, or -1
     * @param rest what follows the key in the sentence
     * @param instead the TOML value to write, or null
     */
    record Flaw(int index, String rest, @Nullable String instead) {}

    BadValue(String rest, @Nullable String instead) {
        this(List.of(new Flaw(-1, rest, instead)));
    }

    BadValue(String rest) {
        this(rest, null);
    }

    BadValue(List<Flaw> flaws) {
        super(flaws.toString(), null, false, false);
        this.flaws = List.copyOf(flaws);
    }

    List<Flaw> flaws() {
        return flaws;
    }
}
