package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stream that checks its far socket's contract while it moves bytes. Fields are read from the test's thread, and
 * written by one. */
@SuppressWarnings("NonAtomicVolatileUpdate")
final class TestStream implements FarSocketListener {

    /** At most this much is queued and not with the kernel. */
    static final int OUTPUT_WINDOW = 256 * 1024;

    final List<String> broken = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final FarConnection connection;
    volatile long received;
    volatile long queued;
    volatile long written;
    volatile boolean ended;
    volatile boolean outputShut;
    volatile @Nullable FarFailure failure;

    private final FarSocket socket;
    private final Thread thread;
    private final MessageDigest digest = sha256();
    private int asked;
    private boolean inCall;
    private boolean readsOn;
    private int maxOfReads = 64 * 1024;
    private @Nullable TestBytes source;
    private long toSend;
    private boolean shutAfterwards;

    private TestStream(FarConnection connection) {
        this.connection = connection;
        this.socket = connection.socket();
        this.thread = Thread.currentThread();
    }

    /** Starts a stream on {@code connection}, on its thread. */
    static TestStream on(FarConnection connection) {
        CompletableFuture<TestStream> started = new CompletableFuture<>();
        connection.context().runOnContext(v -> {
            TestStream stream = new TestStream(connection);
            connection.start(stream);
            started.complete(stream);
        });
        return started.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Asks once. */
    TestStream read(int max) {
        return run(() -> ask(max));
    }

    /** Reads whatever comes, with random limits up to {@code max}. */
    TestStream readOn(int max) {
        return run(() -> {
            readsOn = true;
            maxOfReads = max;
            ask(1 + ThreadLocalRandom.current().nextInt(max));
        });
    }

    /** Sends {@code bytes} random bytes of {@code seed}, in random pieces, within the output window. */
    TestStream send(long seed, long bytes) {
        return run(() -> {
            source = new TestBytes(seed);
            toSend = bytes;
            pump();
        });
    }

    /** As {@link #send}, and half-closes behind it. */
    TestStream sendAndShut(long seed, long bytes) {
        return run(() -> {
            source = new TestBytes(seed);
            toSend = bytes;
            shutAfterwards = true;
            pump();
        });
    }

    /** Queues all at once, window or not. */
    TestStream queue(long seed, int count) {
        return run(() -> queueNow(seed, count));
    }

    /** As {@link #queue}, and closes in the same turn. */
    TestStream queueAndClose(long seed, int count) {
        return run(() -> {
            queueNow(seed, count);
            call(socket::close);
        });
    }

    private void queueNow(long seed, int count) {
        TestBytes bytes = new TestBytes(seed);
        for (int left = count; left > 0; left -= write(bytes, left)) {
            // write() does it all
        }
        call(socket::flush);
    }

    TestStream shutdownOutput() {
        return run(() -> call(socket::shutdownOutput));
    }

    TestStream reset(long lingerMillis) {
        return run(() -> call(() -> socket.reset(lingerMillis)));
    }

    TestStream close() {
        return run(() -> call(socket::close));
    }

    /** SHA-256 of what was received. */
    byte[] hash() {
        CompletableFuture<byte[]> hash = new CompletableFuture<>();
        run(() -> hash.complete(digest.digest()));
        return hash.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Waits until all calls before were made. */
    void sync() {
        hash();
    }

    Context context() {
        return connection.context();
    }

    // ---- FarSocketListener

    @Override
    public void data(ByteBuf chunk, int headroom) {
        int bytes = chunk.readableBytes();
        check("data without a read", asked > 0);
        check("data of " + bytes + " bytes for a read of " + asked, bytes >= 1 && bytes <= asked);
        check("no end before", !ended);
        asked = 0;
        events.add("data");
        digest.update(chunk.nioBuffer());
        received += bytes;
        // The room in front is ours: to write there must not hurt anybody.
        for (int i = 1; i <= headroom; i++) {
            chunk.setByte(chunk.readerIndex() - i, 0x55);
        }
        chunk.release();
        if (readsOn) {
            ask(1 + ThreadLocalRandom.current().nextInt(maxOfReads));
        }
    }

    @Override
    public void endOfInput() {
        check("end without a read", asked > 0);
        check("a second end", !ended);
        asked = 0;
        events.add("end");
        ended = true;
    }

    @Override
    public void readComplete() {
        check("readComplete after nothing", !events.isEmpty());
    }

    @Override
    public void written(int bytes) {
        check("written(" + bytes + ")", bytes > 0);
        written += bytes;
        check("more written than queued", written <= queued);
        pump();
    }

    @Override
    public void outputShut() {
        check("half-close before the bytes: " + written + " of " + queued, written == queued);
        check("a second outputShut", !outputShut);
        events.add("shut");
        outputShut = true;
    }

    @Override
    public void failed(FarFailure kind, String reason) {
        check("a second failure", failure == null);
        events.add("failed: " + reason);
        failure = kind;
    }

    // ---- on the stream's thread

    private void ask(int max) {
        asked = max;
        call(() -> socket.read(max));
    }

    private void pump() {
        TestBytes bytes = source;
        if (bytes == null || failure != null) {
            return;
        }
        boolean wrote = false;
        while (toSend > 0 && queued - written < OUTPUT_WINDOW) {
            toSend -= write(bytes, (int) Math.min(toSend, Integer.MAX_VALUE));
            wrote = true;
        }
        if (wrote) {
            call(socket::flush);
        }
        if (toSend == 0) {
            source = null;
            if (shutAfterwards) {
                call(socket::shutdownOutput);
            }
        }
    }

    private int write(TestBytes bytes, int limit) {
        byte[] piece =
                bytes.next(Math.min(limit, 1 + ThreadLocalRandom.current().nextInt(48 * 1024)));
        queued += piece.length;
        ByteBuf buffer =
                PooledByteBufAllocator.DEFAULT.directBuffer(piece.length).writeBytes(piece);
        call(() -> socket.write(buffer));
        return piece.length;
    }

    /** Notes whether the socket calls back from within a call. */
    private void call(Runnable call) {
        boolean before = inCall;
        inCall = true;
        call.run();
        inCall = before;
    }

    private void check(String what, boolean holds) {
        if (!holds) {
            broken.add(what);
        }
        if (Thread.currentThread() != thread) {
            broken.add("called on " + Thread.currentThread());
        }
        if (inCall) {
            broken.add("called back from within a call");
        }
        if (failure != null) {
            broken.add("called after the failure");
        }
    }

    private TestStream run(Runnable task) {
        connection.context().runOnContext(v -> task.run());
        return this;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
