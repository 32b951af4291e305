package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

/** Which layout belongs to which type; both ways side by side, so that none is forgotten. */
final class FrameCodec {
    private FrameCodec() {}

    /** Reads a whole payload and checks the rules across its fields. */
    static Frame read(FrameType type, int channel, PayloadReader in) {
        Frame frame = fields(type, channel, in);
        String flaw = flaw(frame);
        if (flaw != null) {
            throw in.broken(flaw);
        }
        return frame;
    }

    private static Frame fields(FrameType type, int channel, PayloadReader in) {
        return switch (type) {
            case HELLO -> HandshakeCodec.readHello(in);
            case CHALLENGE -> HandshakeCodec.readChallenge(in);
            case PROOF -> HandshakeCodec.readProof(in);
            case WELCOME -> HandshakeCodec.readWelcome(in);
            case REGISTER -> RegisterCodec.readRegister(in);
            case REGISTERED -> RegisterCodec.readRegistered(in);
            case OPEN -> StreamCodec.readOpen(channel, in);
            case OPENED -> StreamCodec.readOpened(channel, in);
            case RESET -> StreamCodec.readReset(channel, in);
            case FIN -> new Frame.Fin(channel);
            case WINDOW -> StreamCodec.readWindow(channel, in);
            case WINDOWS -> StreamCodec.readWindows(in);
            case DETACHED -> new Frame.Detached(channel);
            case RESUME -> ResumeCodec.readResume(in);
            case RESUMED -> ResumeCodec.readResumed(in);
            case PING -> new Frame.Ping(in.bits64("opaque value"));
            case PONG -> new Frame.Pong(in.bits64("opaque value"));
            case GOAWAY -> StreamCodec.readGoAway(in);
            case DATA, DATAGRAM -> throw new IllegalStateException(type + " has no fields");
        };
    }

    /** Writes a payload. */
    static void write(Frame frame, PayloadWriter out) {
        String flaw = flaw(frame);
        if (flaw != null) {
            throw new IllegalArgumentException(frame.type() + " " + flaw);
        }
        switch (frame.type()) {
            case HELLO -> HandshakeCodec.write((Frame.Hello) frame, out);
            case CHALLENGE -> HandshakeCodec.write((Frame.Challenge) frame, out);
            case PROOF -> HandshakeCodec.write((Frame.Proof) frame, out);
            case WELCOME -> HandshakeCodec.write((Frame.Welcome) frame, out);
            case REGISTER -> RegisterCodec.write((Frame.Register) frame, out);
            case REGISTERED -> RegisterCodec.write((Frame.Registered) frame, out);
            case OPEN -> StreamCodec.write((Frame.Open) frame, out);
            case OPENED -> StreamCodec.write((Frame.Opened) frame, out);
            case RESET -> StreamCodec.write((Frame.Reset) frame, out);
            case DATA -> out.payload(((Frame.Data) frame).payload());
            case WINDOW -> StreamCodec.write((Frame.Window) frame, out);
            case WINDOWS -> StreamCodec.write((Frame.Windows) frame, out);
            case DATAGRAM -> out.payload(((Frame.Datagram) frame).payload());
            case RESUME -> ResumeCodec.write((Frame.Resume) frame, out);
            case RESUMED -> ResumeCodec.write((Frame.Resumed) frame, out);
            case PING -> out.bits64(((Frame.Ping) frame).opaque());
            case PONG -> out.bits64(((Frame.Pong) frame).opaque());
            case GOAWAY -> StreamCodec.write((Frame.GoAway) frame, out);
            case FIN, DETACHED -> {
                // nothing but the header
            }
        }
    }

    private static @Nullable String flaw(Frame frame) {
        return switch (frame.type()) {
            case HELLO -> HandshakeCodec.flaw((Frame.Hello) frame);
            case PROOF -> HandshakeCodec.flaw((Frame.Proof) frame);
            case REGISTER -> RegisterCodec.flaw((Frame.Register) frame);
            case RESUMED -> ResumeCodec.flaw((Frame.Resumed) frame);
            default -> null;
        };
    }
}
