package io.tlstunnel.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import org.jspecify.annotations.Nullable;

/** Turns an event into a line (with its line end). Any thread. */
interface LineFormat {

    String format(ILoggingEvent event);

    /** When a line carries a stack trace. */
    enum Stacks {
        /** Only with an ERROR of our own code, which is a fault of ours: what the world does to us has a sentence. */
        ERRORS,
        ALWAYS;

        boolean shows(ILoggingEvent event) {
            final boolean fault = event.getLevel().isGreaterOrEqual(Level.ERROR)
                    && event.getLoggerName().startsWith(LogLevels.ownLogger());
            return this == ALWAYS || fault;
        }
    }

    /** The failure in a few words: its class and message. */
    static String summary(IThrowableProxy failure) {
        final String type =
                failure.getClassName().substring(failure.getClassName().lastIndexOf('.') + 1);
        final @Nullable String message = failure.getMessage();
        return message == null ? type : type + ": " + message;
    }
}
