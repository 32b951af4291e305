package io.tlstunnel.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; carries every mistake in it, in the order of the file. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    ConfigException(Problem problem) {
        this(List.of(problem));
    }

    /** At least one. */
    public List<Problem> problems() {
        return problems;
    }
}
