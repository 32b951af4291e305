package io.tlstunnel.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/** Found by Logback as a service: our format from the first line on, in tests and bare verticles too. */
public final class LogbackStart extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        if (hasOwnFile()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Logging.start(logback);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Whether whoever runs the program brought a Logback configuration of their own. */
    static boolean hasOwnFile() {
        return System.getProperty("logback.configurationFile") != null
                || LogbackStart.class.getResource("/logback.xml") != null
                || LogbackStart.class.getResource("/logback-test.xml") != null;
    }
}
