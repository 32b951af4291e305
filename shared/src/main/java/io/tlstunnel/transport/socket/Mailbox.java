package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

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

    private final Context target;
    private final Queue<Letter> letters = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();

    Mailbox(Context target) {
        this.target = target;
    }

    void post(Letter letter) {
        letters.add(letter);
        if (called.compareAndSet(false, true)) {
            try {
                target.runOnContext(v -> deliver());
            } catch (RejectedExecutionException loopIsGone) {
                discard();
            }
        }
    }

    private void deliver() {
        called.set(false);
        for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
            letter.deliver();
        }
    }

    private void discard() {
        called.set(false);
        for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
            letter.discard();
        }
    }
}
