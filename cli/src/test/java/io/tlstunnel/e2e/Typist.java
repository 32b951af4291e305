package io.tlstunnel.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Types numbered lines into a shell, all the time, and takes the time until each is answered. */
final class Typist implements AutoCloseable {
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Shell shell;
    private final Thread thread = new Thread(this::type, "typist");
    private volatile boolean stopped;
    private int answered;
    private long since = System.nanoTime();
    private long longest;
    private @Nullable IOException failure;

    private Typist(Shell shell) {
        this.shell = shell;
        thread.setDaemon(true);
        thread.start();
    }

    static Typist at(Shell shell) {
        return new Typist(shell);
    }

    private void type() {
        try {
            for (int line = 1; !stopped; line++) {
                long typed = System.nanoTime();
                String answer = shell.type(Integer.toString(line));
                if (!answer.equals(Integer.toString(line))) {
                    throw new IOException("line " + line + " was answered by " + answer);
                }
                answered(typed, System.nanoTime());
                LockSupport.parkNanos(REST_NANOS);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private synchronized void answered(long typed, long now) {
        answered++;
        longest = Math.max(longest, now - Math.max(typed, since));
    }

    private synchronized void failed(IOException cause) {
        failure = cause;
    }

    /** Lines that were answered so far; fails if one was not, or wrongly. */
    synchronized int answered() {
        if (failure != null) {
            throw new AssertionError("the session broke after " + answered + " lines", failure);
        }
        return answered;
    }

    /** Something happens now that {@link #longestWait} is about. */
    synchronized void mark() {
        since = System.nanoTime();
        longest = 0;
    }

    /** The longest wait for an answer since the mark; of a line that was typed before, since the mark too. */
    synchronized Duration longestWait() {
        return Duration.ofNanos(longest);
    }

    /** Types no more; how many lines were answered. */
    int stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return answered();
    }

    @Override
    public void close() {
        stopped = true;
    }
}
