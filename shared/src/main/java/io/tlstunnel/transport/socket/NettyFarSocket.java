package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A far socket on Netty, on the event loop that its channel is registered with. Input stays with the kernel until it is
 * asked for, on epoll also after the peer's FIN or RST (see {@link ReadDemand}, {@link EpollParking}).
 *
 * <p>A {@code close} with unread input makes the kernel send a reset, as it does for every program. The listener is never
 * called from within a call to this object.
 */
final class NettyFarSocket extends ChannelInboundHandlerAdapter implements FarSocket {

    private static final Logger LOG = LoggerFactory.getLogger(NettyFarSocket.class);

    /** Should a direct read find nothing although FIN or RST has arrived, it is repeated after this. */
    private static final int REREAD_MILLIS = 10;

    private enum Output {
        OPEN,
        /** Half-close asked for; bytes are pending. */
        SHUTTING,
        /** Half-close handed to the system. */
        SHUT,
        /** Half-close done and told. */
        DONE
    }

    private final SocketChannel channel;
    private final EventLoop loop;
    private final FarInbox inbox;
    private final ReadDemand demand;
    private final WriteLedger ledger;
    private final @Nullable EpollParking parking;
    private @Nullable LingeringReset lingering;
    private Output output = Output.OPEN;
    private boolean reportScheduled;

    /** @param channel registered with {@code loop}; {@link SocketSetup} made {@code demand} for it */
    NettyFarSocket(SocketChannel channel, EventLoop loop, ReadDemand demand) {
        this.channel = channel;
        this.loop = loop;
        this.demand = demand;
        this.inbox = new FarInbox();
        this.ledger = new WriteLedger(channel, this::outputChanged);
        this.parking = EpollParking.of(channel, channel::flush);
        channel.closeFuture().addListener(closed -> onLoop(this::channelGone));
    }

    /** Names the one who is told. What was noticed before is told then. */
    void start(FarSocketListener listener) {
        inbox.listener(listener);
        loop.execute(inbox::tellFailure);
    }

    void listener(FarSocketListener listener) {
        inbox.listener(listener);
    }

    // ---- FarSocket

    @Override
    public void read(int max) {
        if (inbox.isOver()) {
            return;
        }
        demand.ask(max);
        if (inbox.hasInput()) {
            loop.execute(this::answerFromInbox);
        } else if (parking != null && parking.isBegun()) {
            loop.execute(this::readNow);
        } else {
            channel.read();
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        if (inbox.isOver()) {
            bytes.release();
            return;
        }
        if (output != Output.OPEN) {
            bytes.release();
            throw new IllegalStateException("written after the half-close");
        }
        ledger.queued(bytes.readableBytes());
        var unused = channel.write(bytes, ledger);
    }

    @Override
    public void flush() {
        if (parking != null) {
            parking.flush();
        } else {
            channel.flush();
        }
    }

    @Override
    public void shutdownOutput() {
        if (!inbox.isOver() && output == Output.OPEN) {
            output = Output.SHUTTING;
            flush();
            outputChanged();
        }
    }

    @Override
    public void close() {
        if (lingering == null) {
            inbox.end();
            CloseNow.gracefully(channel);
        }
    }

    @Override
    public void reset(long lingerMillis) {
        if (lingering == null && channel.isOpen()) {
            inbox.end();
            flush();
            lingering = new LingeringReset(channel, ledger::pending);
            lingering.start(ledger.isUsed() ? lingerMillis : 0);
        }
    }

    // ---- input

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        if (demand.isAsked() && !inbox.hasInput()) {
            demand.answered();
            inbox.tellData(chunk, ReadDemand.HEADROOM);
        } else {
            inbox.store(chunk);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        noteInputEnding(demand.isInputEnding());
        inbox.tellReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            noteInputEnding(true);
            inbox.endOfInput();
            answerFromInbox();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        noteInputEnding(demand.isInputEnding());
        if (cause instanceof ReadDemand.NotAskedException) {
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.error("fault in a stream of {}", channel.remoteAddress(), cause);
            fail(cause);
            return;
        }
        inbox.inputFailed(cause);
        if (!inbox.hasStoredFailure()) {
            fail(cause);
        }
    }

    private void noteInputEnding(boolean ending) {
        if (ending && parking != null) {
            parking.begin();
        }
    }

    private void readNow() {
        if (inbox.isOver() || !demand.isAsked() || parking == null) {
            return;
        }
        parking.readNow();
        if (demand.isAsked() && !inbox.hasInput() && !inbox.isOver()) {
            var unused = loop.schedule(this::readNow, REREAD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void answerFromInbox() {
        if (!demand.isAsked() || inbox.isOver()) {
            return;
        }
        int max = demand.max();
        demand.answered();
        if (!inbox.tellStored(max)) {
            fail(inbox.inputFailure());
        }
        closeIfDone();
    }

    // ---- output

    /** Called from the middle of Netty's write loop, so it only takes notes. */
    private void outputChanged() {
        if (!reportScheduled) {
            reportScheduled = true;
            loop.execute(this::reportOutput);
        }
    }

    private void reportOutput() {
        reportScheduled = false;
        if (parking != null) {
            parking.settle();
        }
        if (lingering != null) {
            lingering.progressed();
        }
        while (ledger.hasReport()) {
            inbox.tellWritten(ledger.takeReport());
        }
        if (ledger.failure() != null) {
            fail(ledger.failure());
        } else if (output == Output.SHUTTING && ledger.pending() == 0 && !inbox.isOver()) {
            output = Output.SHUT;
            channel.shutdownOutput().addListener(shut -> outputShut(shut.cause()));
        }
    }

    private void outputShut(@Nullable Throwable cause) {
        if (cause != null) {
            fail(cause);
            return;
        }
        output = Output.DONE;
        inbox.tellOutputShut();
        closeIfDone();
    }

    // ---- the end

    private void closeIfDone() {
        if (output == Output.DONE && inbox.isEndTold()) {
            close();
        }
    }

    private void fail(@Nullable Throwable cause) {
        inbox.fail(FailureKind.of(cause), FailureKind.phrase(cause));
        CloseNow.gracefully(channel);
    }

    private void channelGone() {
        // Input that was read before the peer's reset is still delivered; a failed write says that nobody waits for it.
        if (ledger.failure() != null || !inbox.hasStoredFailure()) {
            fail(ledger.failure());
        }
    }

    private void onLoop(Runnable task) {
        if (!loop.isShutdown()) {
            loop.execute(task);
        }
    }
}
