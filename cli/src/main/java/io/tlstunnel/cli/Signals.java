package io.tlstunnel.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT (Ctrl-C) and SIGHUP while something runs. A shutdown hook would not do: it leaves the exit code to the signal
 * and never hears of a second one. The JDK's only interface for this has no public name, hence the reflection.
 */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final List<String> ENDING = List.of("TERM", "INT");
    private static final List<String> RELOADING = List.of("HUP");

    private final List<Runnable> restore = new ArrayList<>();

    private Signals() {}

    /**
     * Runs {@code body}; during it the first signal runs {@code first} on a thread of the JVM's, the second ends the
     * process at once.
     */
    static <T> T during(Supplier<T> body, Runnable first) {
        final Signals signals = new Signals();
        signals.install(ENDING, once(first));
        return signals.during(body);
    }

    /** The same; SIGHUP runs {@code reload}, and counts as the others where that returns false. */
    static <T> T during(Supplier<T> body, Runnable first, BooleanSupplier reload) {
        final Signals signals = new Signals();
        final Runnable end = once(first);
        signals.install(ENDING, end);
        signals.install(RELOADING, () -> {
            if (!reload.getAsBoolean()) {
                end.run();
            }
        });
        return signals.during(body);
    }

    private static Runnable once(Runnable first) {
        final AtomicBoolean asked = new AtomicBoolean();
        return () -> {
            if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(Exit.RUNTIME.code());
            }
            first.run();
        };
    }

    private <T> T during(Supplier<T> body) {
        try {
            return body.get();
        } finally {
            restore.forEach(Runnable::run);
        }
    }

    private void install(List<String> names, Runnable handler) {
        try {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            final Method handle = signal.getMethod("handle", signal, handlerType);
            final Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.run();
                        }
                        return method.getName().equals("hashCode") ? 0 : null;
                    });
            for (final String name : names) {
                final Object number = signal.getConstructor(String.class).newInstance(name);
                final Object before = handle.invoke(null, number, proxy);
                restore.add(() -> invoke(handle, number, before));
            }
        } catch (ReflectiveOperationException e) {
            // -Xrs, or a JVM without them: the JVM's own handling stays, which ends the process.
            LOG.atDebug().setMessage("signals are left to the JVM").setCause(e).log();
        }
    }

    private static void invoke(Method handle, Object... arguments) {
        try {
            handle.invoke(null, arguments);
        } catch (ReflectiveOperationException e) {
            LOG.atDebug().setMessage("a signal handler stays").setCause(e).log();
        }
    }
}
