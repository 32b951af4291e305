package io.tlstunnel.mux.relay;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.Leg;
import io.tlstunnel.mux.Relayed;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream's way over this node, between its ingress's link and its client's tunnel, from OPEN or RESUME until it is
 * detached, reset both ways, or both FINs are acknowledged.
 */
final class RelayChannel {
    private final Side ingress;
    private final Side client;
    /** The client's RESUME, until it is answered. */
    private @Nullable ResumeEntry asking;
    /** Whether the client has answered: to the ingress any WINDOW means that it has. */
    private boolean isKnown;
    /** Both ends have reset the stream before they met here: RESUMED is the last word. */
    private boolean endsWithAnswer;

    private RelayChannel(RelayBudget budget) {
        Direction toClient = new Direction(budget);
        Direction toIngress = new Direction(budget);
        this.ingress = new Side(toClient, toIngress);
        this.client = new Side(toIngress, toClient);
    }

    /**
     * Passes an OPEN on.
     *
     * @return false if the budget is used up; nothing has happened then
     */
    static boolean open(Tunnel link, Frame.Open open, Tunnel tunnel, RelayBudget budget) {
        RelayChannel made = new RelayChannel(budget);
        int atOnce = link.settings().ownInitialWindow();
        if (!made.ingress.in.beginAtOnce(atOnce, tunnel.settings().peerInitialWindow())) {
            return false;
        }
        made.client.in.begin(0, open.allowed(), false);
        made.join(link.take(open, made.ingress), tunnel.passOn(open, made.client));
        return true;
    }

    /** Passes a RESUME on. */
    static void resume(Tunnel tunnel, ResumeEntry entry, Tunnel link, ResumeEntry onLink, RelayBudget budget) {
        RelayChannel made = new RelayChannel(budget);
        made.asking = entry;
        made.isKnown = true;
        made.ingress.in.begin(entry.received(), entry.allowed(), hasFin(entry.state()));
        made.join(link.passOn(onLink, made.ingress), tunnel.take(entry, made.client));
    }

    private static boolean hasFin(StreamState state) {
        return state instanceof StreamState.FinReceived;
    }

    private void join(Leg atIngress, Leg atClient) {
        ingress.leg = atIngress;
        client.leg = atClient;
        Leg.join(atIngress, atClient);
    }

    private void forget() {
        for (Side side : new Side[] {ingress, client}) {
            side.leg().forget();
            side.in.close();
        }
    }

    private void forgetIfOver() {
        boolean clean = ingress.in.isFinished() && client.in.isFinished();
        boolean reset = ingress.resetWritten && client.resetWritten;
        if (clean || reset) {
            forget();
        }
    }

    /** The answer to the client's RESUME. */
    private void answered(ResumeEntry question, ResumedEntry entry) {
        asking = null;
        if (entry.answer() != ResumeAnswer.OK) {
            client.leg().refuse(question, entry.answer(), entry.state());
            forget();
            return;
        }
        client.in.begin(entry.received(), entry.allowed(), hasFin(entry.state()));
        endsWithAnswer = question.state() instanceof StreamState.Reset && entry.state() instanceof StreamState.Reset;
        client.leg().write(entry);
    }

    /** One side, and what comes from it. */
    private final class Side implements Relayed {
        private final Direction in;
        private final Direction out;
        private @Nullable Leg leg;
        private boolean resetCame;
        private boolean resetWritten;

        Side(Direction in, Direction out) {
            this.in = in;
            this.out = out;
        }

        private Leg leg() {
            return Objects.requireNonNull(leg);
        }

        private Side other() {
            return this == client ? ingress : client;
        }

        // ---- what came ----------------------------------------------------------------------------------------------

        @Override
        public void opened(long allowed) {
            isKnown = true;
            out.allow(0, allowed);
            out.raise();
            other().leg().writeOpened();
            leg().allowed();
        }

        @Override
        public void data(ByteBuf bytes) {
            if (resetCame || in.isClosed()) {
                bytes.release();
                return;
            }
            try {
                in.came(bytes.readableBytes());
            } catch (RuntimeException e) {
                bytes.release();
                throw e;
            }
            other().leg().write(bytes);
        }

        @Override
        public void fin() {
            if (resetCame || in.isClosed()) {
                return;
            }
            in.finCame();
            other().leg().writeFin();
        }

        @Override
        public void window(long consumed, long allowed) {
            if (out.isClosed()) {
                return;
            }
            isKnown = true;
            out.allow(consumed, allowed);
            out.raise();
            other().leg().writeWindow();
            leg().allowed();
        }

        @Override
        public void reset(Frame.Reset reset) {
            if (resetCame) {
                return;
            }
            resetCame = true;
            leg().dropQueue();
            out.close();
            other().leg().write(reset);
        }

        @Override
        public void detached() {
            leave();
        }

        @Override
        public void lost() {
            leave();
        }

        private void leave() {
            ResumeEntry question = asking;
            if (question == null) {
                other().leg().detach();
                forget();
            } else if (this == ingress) {
                client.leg().refuse(question, ResumeAnswer.UNREACHABLE, new StreamState.Open());
                forget();
            } else if (!ingress.leg().isBegun()) {
                forget();
            } else {
                // Nothing is said behind RESUME before it is answered.
                leg().forget();
                in.close();
                out.close();
            }
        }

        @Override
        public void resumed(ResumedEntry entry) {
            ResumeEntry question = Objects.requireNonNull(asking);
            if (!client.leg().isOver()) {
                answered(question, entry);
            } else {
                leg().detach();
            }
        }

        // ---- what is written ----------------------------------------------------------------------------------------

        @Override
        public int room() {
            return out.room();
        }

        @Override
        public void written(int bytes) {
            out.left(bytes);
            raise();
        }

        @Override
        public void finWritten() {
            out.finLeft();
            raise();
        }

        private void raise() {
            if (out.raise() && isKnown) {
                other().leg().writeWindow();
            }
        }

        @Override
        public void resetWritten() {
            resetWritten = true;
            forgetIfOver();
        }

        @Override
        public long consumed() {
            return in.consumed();
        }

        @Override
        public long allowed() {
            return in.allowed();
        }

        @Override
        public void windowWritten() {
            in.windowTold();
            forgetIfOver();
        }

        @Override
        public void answerWritten() {
            if (endsWithAnswer) {
                forget();
            }
        }
    }
}
