package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.MalformedFrameException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One input: all that a peer says in its life, over several tunnels, to an end that has nothing but mux. The end goes on,
 * or refuses a tunnel by GOAWAY(PROTOCOL), or cuts off who does not read; whatever else it does is a violation. Virtual
 * time, no threads: the same seed is the same conversation to the last byte.
 */
final class FuzzConversation implements FuzzTunnel.Watcher {

    /** What became of it. */
    enum Outcome {
        WENT_ON,
        REFUSED,
        CUT
    }

    /**
     * How it was.
     *
     * @param violations none if every promise was kept
     * @param damages messages that were damaged
     * @param resumed streams that went on over another tunnel, or anew
     * @param clean streams that ended by half-closes of both sides
     */
    record Result(
            FuzzKind kind,
            Outcome outcome,
            List<String> violations,
            int messages,
            int damages,
            long resumed,
            long clean) {}

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int MOST_TUNNELS = 6;
    private static final int MOST_WAITS = 20;
    private static final String FLOODED = "the peer asks without reading the answers";

    /** A stream with all that its far socket says, in the smallest pieces that may be. */
    private static final int CALLS_OF_A_STREAM = 8_000;

    private final SplittableRandom random;
    private final boolean tracing;
    private final FuzzKind kind;
    private final FuzzStorm storm;
    private final FuzzShape shape;
    private final FuzzEnd end;
    private final FuzzPeer peer = new FuzzPeer();
    private final FuzzSpeech speech;
    private final FuzzHostility hostility;
    private final FuzzMutator mutator;
    private final FuzzMessage message = new FuzzMessage();
    private final List<FuzzTunnel> tunnels = new ArrayList<>();
    private final FuzzLimits limits;
    private final List<String> violations = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private int messages;
    private int damages;
    private long bytesIn;
    private boolean cut;

    private FuzzConversation(long seed, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.tracing = tracing;
        this.storm = FuzzStorm.of(seed);
        this.kind = FuzzKind.of(seed);
        this.shape = shapeOf();
        this.end = new FuzzEnd(shape, random);
        this.speech = new FuzzSpeech(peer, shape, random);
        this.hostility = new FuzzHostility(peer, shape.kind(), random);
        this.mutator = new FuzzMutator(random);
        this.limits = new FuzzLimits(end, peer, tunnels);
    }

    private FuzzShape shapeOf() {
        FuzzShape drawn = FuzzShape.of(random);
        while (kind == FuzzKind.STORM && drawn.kind() != storm.against()) {
            drawn = FuzzShape.of(random);
        }
        return kind == FuzzKind.STORM ? drawn.unfailing() : drawn;
    }

    static Result run(long seed) {
        return new FuzzConversation(seed, false).run();
    }

    /** Runs that seed again and tells everything that happened. */
    static List<String> replay(long seed) {
        FuzzConversation conversation = new FuzzConversation(seed, true);
        Result result = conversation.run();
        conversation.trace.add(result.outcome() + " " + result.violations());
        return conversation.trace;
    }

    private Result run() {
        try {
            trace(() -> kind + " " + shape);
            FuzzTunnel first = connect();
            if (shape.kind() == FuzzEnd.Kind.NODE) {
                end.open(first);
            }
            for (int i = 0; i < shape.steps() && violations.isEmpty(); i++) {
                happen();
                speak(i == shape.steps() - 1);
            }
            if (kind == FuzzKind.STORM && violations.isEmpty()) {
                storm();
            }
            end();
        } catch (RuntimeException | Error e) {
            violate("it broke: " + e + " at " + e.getStackTrace()[0]);
            if (tracing) {
                for (StackTraceElement element : e.getStackTrace()) {
                    trace.add("    at " + element);
                }
            }
        }
        return new Result(kind, outcome(), violations, messages, damages, peer.wentOn, end.clean());
    }

    private Outcome outcome() {
        return peer.heardProtocol ? Outcome.REFUSED : cut ? Outcome.CUT : Outcome.WENT_ON;
    }

    // ---- one step ---------------------------------------------------------------------------------------------------

    /** What happens beside the peer's words. */
    private void happen() {
        FuzzTunnel tunnel = up();
        if (tunnel == null || (tunnels.size() < MOST_TUNNELS && random.nextInt(8) == 0)) {
            tunnel = connect();
        }
        switch (random.nextInt(16)) {
            case 0 -> lose(tunnel);
            case 1 -> tunnel.deaf = true;
            case 2 -> tunnel.tunnel().ping();
            case 3, 4, 5, 6 -> {
                if (shape.kind() == FuzzEnd.Kind.NODE) {
                    end.open(tunnel);
                }
            }
            default -> tunnel.deaf = false;
        }
        letPass(pause());
    }

    private long pause() {
        return switch (random.nextInt(32)) {
            case 0 -> 3 * SECOND;
            case 1 -> random.nextInt(4) == 0 ? 70 * SECOND : 11 * SECOND;
            case 2, 3, 4, 5 -> 300 * MILLI;
            case 6, 7, 8, 9, 10, 11, 12 -> 25 * MILLI;
            case 13, 14, 15, 16, 17, 18, 19 -> 2 * MILLI;
            default -> 0;
        };
    }

    private void speak(boolean last) {
        FuzzTunnel tunnel = up();
        if (tunnel == null) {
            tunnel = connect();
        }
        message.clear();
        switch (kind) {
            case VALID, STORM -> speech.say(tunnel, message);
            case MUTATED -> {
                speech.say(tunnel, message);
                mutator.remember(message);
                if (message.length() > 0 && (random.nextInt(4) == 0 || (last && damages == 0))) {
                    traceMessage("would say", tunnel);
                    damages++;
                    String damage = mutator.damage(message);
                    trace(() -> "DAMAGE " + damage);
                }
            }
            case HOSTILE -> {
                if (random.nextBoolean()) {
                    speech.say(tunnel, message);
                } else {
                    damages++;
                    hostility.say(tunnel, message);
                }
            }
            case NOISE -> {
                damages++;
                hostility.noise(message);
            }
        }
        feed(tunnel);
    }

    private void storm() {
        FuzzTunnel tunnel = connect();
        if (shape.kind() == FuzzEnd.Kind.NODE) {
            end.open(tunnel);
        }
        for (int i = 0; i < MOST_WAITS && peer.speakable(tunnel).isEmpty(); i++) {
            letPass(MILLI);
        }
        if (storm == FuzzStorm.OPEN_OF_THE_DEAD) {
            end(tunnel);
        }
        tunnel.deaf = true;
        for (int i = 0; i < storm.messages() && tunnel.isUp(); i++) {
            message.clear();
            storm.say(tunnel, peer, message);
            feed(tunnel);
            letPass(MILLI);
        }
        // It hears how it is refused.
        letPass(2 * MILLI);
        trace(() -> storm + ": " + outcome());
        if (outcome() != storm.outcome()) {
            violate(storm + " ends in " + outcome() + ", not in " + storm.outcome());
        }
    }

    /** A stream of the peer's begins, and ends by a reset. */
    private void end(FuzzTunnel tunnel) {
        FuzzStream stream = peer.add();
        stream.on(tunnel, tunnel.takeChannel());
        message.clear();
        FuzzFrames.open(message, stream.channel, stream.id, 0, 0);
        FuzzFrames.reset(message, stream.channel, 0);
        feed(tunnel);
        letPass(SECOND);
    }

    /** Feeds the message in pieces that are cut anywhere. */
    private void feed(FuzzTunnel tunnel) {
        messages++;
        traceMessage("says", tunnel);
        int length = message.length();
        bytesIn += length;
        allow();
        int pieces = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 1;
        int largest = Math.max(1, 2 * length / pieces);
        for (int at = 0; at < length && !tunnel.isClosed(); ) {
            int to = pieces == 1 ? length : Math.min(length, at + 1 + random.nextInt(largest));
            ByteBuf piece = end.allocator.buffer(to - at).writeBytes(message.bytes(), at, to - at);
            tunnel.tunnel().received(piece);
            if ((to == length || random.nextBoolean()) && !tunnel.isClosed()) {
                tunnel.tunnel().readComplete();
            }
            at = to;
        }
        letPass(random.nextBoolean() ? 0 : MILLI);
    }

    private void allow() {
        int calls = 5_000 + 8 * message.length() + end.lives.size() * CALLS_OF_A_STREAM;
        for (FuzzTunnel tunnel : tunnels) {
            tunnel.carrier.allow(calls);
        }
    }

    private void letPass(long nanos) {
        allow();
        long until = end.timers.nanoTime() + nanos;
        int[] left = {20_000 + 4 * message.length()};
        if (end.timers.runUntil(() -> --left[0] < 0, nanos)) {
            throw new AssertionError("it works and works");
        }
        end.timers.runFor(until - end.timers.nanoTime());
        tunnels.forEach(this::listen);
        check();
    }

    private void listen(FuzzTunnel tunnel) {
        // What is under way when a tunnel is lost has to be sent again.
        boolean later = tunnel.isUp() && random.nextInt(4) == 0;
        while (tunnel.carrier.unread() > 0 && !later && (!tunnel.deaf || tunnel.isClosed())) {
            boolean full = !tunnel.carrier.isWritable();
            tunnel.ear.feed(tunnel.carrier.read());
            if (full && tunnel.isUp()) {
                tunnel.tunnel().writable();
            }
        }
    }

    // ---- tunnels ----------------------------------------------------------------------------------------------------

    private @Nullable FuzzTunnel up() {
        int from = random.nextInt(tunnels.size());
        for (int i = 0; i < tunnels.size(); i++) {
            FuzzTunnel tunnel = tunnels.get((from + i) % tunnels.size());
            if (tunnel.isUp()) {
                return tunnel;
            }
        }
        return null;
    }

    private FuzzTunnel connect() {
        FuzzTunnel tunnel = new FuzzTunnel(end, this);
        tunnels.add(tunnel);
        trace(() -> "tunnel " + number(tunnel) + " is up");
        end.control.execute(() -> end.streams.up(tunnel));
        letPass(0);
        return tunnel;
    }

    private int number(FuzzTunnel tunnel) {
        return tunnels.indexOf(tunnel);
    }

    private void lose(FuzzTunnel tunnel) {
        trace(() -> "tunnel " + number(tunnel) + " is lost");
        tunnel.carrier.lose();
    }

    @Override
    public void closes(FuzzTunnel tunnel) {
        peer.lost(tunnel);
        end.timers.schedule(random.nextLong(MILLI), () -> {
            if (!tunnel.isClosed()) {
                tunnel.tunnel().closed("the connection is gone");
            }
        });
    }

    @Override
    public void closed(FuzzTunnel tunnel, String reason) {
        trace(() -> "tunnel " + number(tunnel) + " is closed: " + reason);
        cut |= reason.equals(FLOODED);
        peer.lost(tunnel);
    }

    @Override
    public void heard(FuzzTunnel tunnel, Frame frame) {
        trace(() -> "tunnel " + number(tunnel) + " says " + frame);
        peer.hear(tunnel, frame);
    }

    // ---- what must hold ---------------------------------------------------------------------------------------------

    private void check() {
        String flaw = limits.flaw(bytesIn);
        if (flaw != null) {
            violate(flaw);
        }
    }

    private void end() {
        letPass(50 * MILLI);
        if (kind == FuzzKind.VALID && (peer.heardProtocol || cut)) {
            violate("who obeyed was not borne: " + peer.protocolReason);
        }
        for (FuzzTunnel tunnel : tunnels) {
            tunnel.carrier.lose();
        }
        letPass(SECOND);
        letPass(2 * FuzzShape.RESUME_TIMEOUT.toNanos());
        letPass(2 * FuzzShape.RESUME_TIMEOUT.toNanos());
        tunnels.forEach(tunnel -> tunnel.ear.close());
        String flaw = end.leftOver();
        if (flaw != null) {
            violate(flaw);
        }
    }

    // ---- what is seen -----------------------------------------------------------------------------------------------

    private void violate(String what) {
        violations.add("%.3f ms: %s".formatted(end.timers.nanoTime() / 1e6, what));
        trace(() -> "VIOLATION " + what);
    }

    private void trace(Supplier<String> what) {
        if (tracing) {
            trace.add("%12.3f ms  %s".formatted(end.timers.nanoTime() / 1e6, what.get()));
        }
    }

    private void traceMessage(String how, FuzzTunnel tunnel) {
        if (!tracing) {
            return;
        }
        byte[] bytes = message.bytes();
        int on = number(tunnel);
        trace(() -> "peer " + how + " on tunnel " + on + ": "
                + ByteBufUtil.hexDump(bytes, 0, Math.min(message.length(), 120)));
        try (FrameDecoder decoder = new FrameDecoder(frame -> trace(() -> "    " + frame))) {
            decoder.handshakeDone();
            decoder.feed(Unpooled.copiedBuffer(bytes, 0, message.length()));
        } catch (MalformedFrameException e) {
            trace(() -> "    malformed: " + e.getMessage());
        }
    }
}
