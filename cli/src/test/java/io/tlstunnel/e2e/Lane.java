package io.tlstunnel.e2e;

import java.util.concurrent.locks.LockSupport;

/** One direction of a path: a router's queue of bounded length, a line that takes bytes from it at its rate, a delay. */
final class Lane {
    private final Shape shape;
    private long freeAt = System.nanoTime();

    Lane(Shape shape) {
        this.shape = shape;
    }

    /** Waits until the queue takes a packet. */
    void awaitRoom() {
        parkUntil(freeAt() - shape.queue().toNanos());
    }

    private synchronized long freeAt() {
        return freeAt;
    }

    /** Queues a packet; when it is at the other end, by {@link System#nanoTime}. */
    synchronized long send(int bytes) {
        freeAt = Math.max(freeAt, System.nanoTime()) + shape.nanosFor(bytes);
        return freeAt + shape.delay().toNanos();
    }

    /** Waits for a point in time: that is what this path is for. */
    static void parkUntil(long nanoTime) {
        long left;
        while ((left = nanoTime - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
        }
    }
}
