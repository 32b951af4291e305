package io.tlstunnel.mux;

/** A mistake that somebody could make in the program, as an edit of its source. */
enum PlantedBug {
    FIN_IS_NOT_SENT_AGAIN(
            "main/java/io/tlstunnel/mux/SendSide.java",
            "(finOffset == NONE || next == finOffset)",
            "finOffset == NONE"),
    FIN_OVERTAKES_DATA(
            "main/java/io/tlstunnel/mux/Stream.java",
            "far = socket;",
            "far = socket; if (receive.finReceived()) { socket.shutdownOutput(); }"),
    WINDOW_IS_NOT_SENT_AGAIN("main/java/io/tlstunnel/mux/ReceiveSide.java", "toldConsumed = 0;", ""),
    CREDIT_IS_NEVER_GIVEN_BACK(
            "main/java/io/tlstunnel/mux/ReceiveSide.java", "budget.give(reserved);", "budget.give(0);"),
    A_BYTE_IS_SKIPPED(
            "main/java/io/tlstunnel/mux/SendSide.java", "next = received;", "next = Math.min(sent, received + 1);"),
    THE_OLD_MASK_STAYS_ON(
            "main/java/io/tlstunnel/mux/Retention.java",
            "Masking.apply(out, start, length, Masking.turn(piece.maskKey(), skipped));",
            ""),
    THE_MASK_IS_NOT_TURNED(
            "main/java/io/tlstunnel/mux/Retention.java",
            "Masking.turn(piece.maskKey(), skipped)",
            "Masking.turn(piece.maskKey(), 0)"),
    THE_ATTACH_NUMBER_IS_IGNORED(
            "main/java/io/tlstunnel/mux/resume/StreamRegistry.java",
            "entry.attach() > handle.stream().attachNumber()",
            "true"),
    THE_TOMBSTONE_IS_FORGOTTEN(
            "main/java/io/tlstunnel/mux/resume/StreamRegistry.java",
            "tombstones.add(this, handle.id(), outcome, handle.stream().bytesSent());",
            ""),
    THE_SERVICE_IS_DIALLED_TWICE(
            "main/java/io/tlstunnel/mux/resume/Resumption.java", "return Known.LIVE;", "return Known.NOT;"),
    DATA_GOES_OUT_BEFORE_RESUMED(
            "main/java/io/tlstunnel/mux/Stream.java",
            "on == null || attachment != Attachment.ATTACHED || phase",
            "on == null || attachment == Attachment.ASKING && number() == 0 || phase"),
    THE_OLD_CHANNEL_IS_STILL_HEARD(
            "main/java/io/tlstunnel/mux/Stream.java",
            "channel.clear();\n        }\n        channel = null;",
            "}\n        channel = null;"),
    RESET_IS_NOT_SENT_AGAIN("main/java/io/tlstunnel/mux/ResetHandshake.java", "sent = false;", ""),
    A_STREAM_WITHOUT_TUNNEL_WAITS_FOR_EVER(
            "main/java/io/tlstunnel/mux/resume/Resumption.java", "waiting.addAll(mine);", ""),
    IDS_BEGIN_ANEW_AFTER_A_RESTART(
            "test/java/io/tlstunnel/mux/Simulation.java",
            "old.incarnation + 1);",
            "old.incarnation);\n        opened = 0;");

    private final String file;
    private final String right;
    private final String wrong;

    PlantedBug(String file, String right, String wrong) {
        this.file = file;
        this.right = right;
        this.wrong = wrong;
    }

    /** The source file, below {@code src}. */
    String file() {
        return file;
    }

    /** The file with the mistake in it. */
    String plant(String source) {
        int at = source.indexOf(right);
        if (at < 0 || source.indexOf(right, at + 1) >= 0) {
            throw new AssertionError(this + ": \"" + right + "\" stands not once in " + file + "; plant it anew");
        }
        return source.replace(right, wrong);
    }
}
