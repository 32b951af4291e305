package io.tlstunnel.cli;

import org.jspecify.annotations.Nullable;

/** Ends the program; the message is one sentence for the user, without a full stop. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exit exit;

    CliException(Exit exit, String sentence) {
        this(exit, sentence, null);
    }

    CliException(Exit exit, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exit = exit;
    }

    Exit exit() {
        return exit;
    }
}
