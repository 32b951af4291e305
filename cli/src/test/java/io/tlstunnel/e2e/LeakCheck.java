package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Fails a test after which Netty's detector (paranoid in tests) says that a buffer was never released. */
final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

    /** Leaks are found when the collector has been there and somebody allocates again. */
    private static final int ROUNDS = 3;

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(LogCapture.class, LogCapture.of(ResourceLeakDetector.class.getName()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try (LogCapture log =
                Objects.requireNonNull(context.getStore(NAMESPACE).remove(LogCapture.class, LogCapture.class))) {
            for (int round = 0; round < ROUNDS; round++) {
                System.gc();
                PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
                UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
            }
            assertThat(log.lines()).as("leaks").isEmpty();
        }
    }
}
