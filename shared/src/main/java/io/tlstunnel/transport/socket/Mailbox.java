package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Letters to another thread, in order. All that are posted until that thread gets to them cost one wake-up. Any thread
 * may post.
 */
final class Mailbox {

    /** Something to do on the other thread. */
    interface Letter {

        void deliver();

        /** The other thread is gone: releases what the letter carries. */
        default void discard() {}
    }

    /** Null while the letters' reader is on its way from one thread to another. */
    private volatile @Nullable Context target;

    private final Queue<Letter> letters = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();

    Mailbox(@Nullable Context target) {
        this.target = target;
    }

    void post(Letter letter) {
        letters.add(letter);
        call();
    }

    /** From here on letters wait until {@link #open}. On the target's thread. */
    void hold() {
        target = null;
    }

    /** Letters are delivered on the thread of {@code next} from here on. */
    void open(Context next) {
        target = next;
        if (!letters.isEmpty()) {
            call();
        }
    }

    private void call() {
        Context reader = target;
        if (reader != null && called.compareAndSet(false, true)) {
            try {
                reader.runOnContext(v -> deliver(reader));
            } catch (RejectedExecutionException loopIsGone) {
                discard();
            }
        }
    }

    private void deliver(Context reader) {
        called.set(false);
        Letter letter;
        while (target == reader && (letter = letters.poll()) != null) {
            letter.deliver();
        }
        if (target != reader && !letters.isEmpty()) {
            call();
        }
    }

    private void discard() {
        called.set(false);
        for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
            letter.discard();
        }
    }
}
