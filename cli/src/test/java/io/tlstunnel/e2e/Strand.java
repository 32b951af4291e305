package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/** One connection through a {@link Cable}. */
final class Strand {
    private static final int PIECE = 64 * 1024;

    private final Socket near;
    private final Socket far;
    private boolean silent;
    private int ended;

    Strand(Socket near, Socket far) {
        this.near = near;
        this.far = far;
    }

    /** Carries bytes from the near end to the far one until there are no more. */
    void carryUp() throws IOException {
        carry(near, far);
    }

    /** The other way round. */
    void carryDown() throws IOException {
        carry(far, near);
    }

    private void carry(Socket from, Socket to) throws IOException {
        try {
            byte[] piece = new byte[PIECE];
            int size;
            while ((size = from.getInputStream().read(piece)) >= 0) {
                awaitSound();
                to.getOutputStream().write(piece, 0, size);
            }
            awaitSound();
            to.shutdownOutput();
        } catch (IOException e) {
            awaitSound();
            cut(); // one end has gone without a word, so does the other
            throw e;
        } finally {
            end();
        }
    }

    private synchronized void end() throws IOException {
        ended++;
        if (isOver()) {
            near.close();
            far.close();
        }
    }

    /** Whether both ways have come to their end. */
    synchronized boolean isOver() {
        return ended == 2;
    }

    /** Passes nothing on from now, be it the end. */
    synchronized void silence() {
        silent = true;
    }

    /** Goes on with what came meanwhile. */
    synchronized void sound() {
        silent = false;
        notifyAll();
    }

    private synchronized void awaitSound() throws IOException {
        try {
            while (silent) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** Resets both ends. */
    void cut() {
        reset(near);
        reset(far);
        sound();
    }

    /** Resets the near end; the far one hears nothing any more. */
    void cutNear() {
        silence();
        reset(near);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Whoever it was cut off from may have closed it first.
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
