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
            "test/java/io/tlstunnel/mux/SimCluster.java",
            "young = process();",
            "young = SimProcess.node(world, shape, old.incarnation);"),
    A_RELAY_LETS_IN_WHAT_THE_CLIENT_ALLOWS(
            "main/java/io/tlstunnel/mux/relay/Direction.java",
            "told = base + Math.min(room, window);",
            "told = base + room;"),
    A_RELAY_IS_NEVER_BUSY(
            "main/java/io/tlstunnel/mux/relay/RelayBudget.java", "wanted > total - used", "wanted > total"),
    A_RELAY_KEEPS_WHAT_IT_TOOK(
            "main/java/io/tlstunnel/mux/relay/Direction.java",
            "budget.give(reserved);\n        reserved = 0;",
            "reserved = 0;"),
    A_RELAY_NEVER_LETS_MORE_IN(
            "main/java/io/tlstunnel/mux/relay/Direction.java", "told = due ? reach : told;", "due = false;"),
    A_RELAY_FORGETS_AT_THE_FIRST_FIN(
            "main/java/io/tlstunnel/mux/relay/RelayChannel.java",
            "ingress.in.isFinished() && client.in.isFinished()",
            "ingress.in.isFinished() || client.in.isFinished()"),
    A_RELAY_FORGETS_AT_THE_FIRST_RESET(
            "main/java/io/tlstunnel/mux/relay/RelayChannel.java",
            "ingress.resetWritten && client.resetWritten",
            "ingress.resetWritten || client.resetWritten"),
    RESUME_GOES_TO_ANOTHER_NODE(
            "main/java/io/tlstunnel/mux/relay/Relay.java",
            "incarnation = entry.stream().incarnation();",
            "incarnation = entry.stream().incarnation() % 3 + 1;"),
    A_NODE_THAT_CANNOT_BE_REACHED_IS_TAKEN_FOR_GONE(
            "main/java/io/tlstunnel/mux/relay/Relay.java", "links.isGone(incarnation) ?", "true ?"),
    A_RELAY_SPEAKS_BEFORE_THE_CLIENT(
            "main/java/io/tlstunnel/mux/relay/RelayChannel.java", "out.raise() && isKnown", "out.raise()"),
    A_RELAY_LOSES_A_LINK_IN_SILENCE("main/java/io/tlstunnel/mux/Leg.java", "scheduler().left(channel.number());", ""),
    FIN_OVERTAKES_DATA_AT_A_RELAY(
            "main/java/io/tlstunnel/mux/Leg.java", "if (finDue && queue.isEmpty())", "if (finDue)"),
    A_RELAY_FORGETS_THE_FIRST_WINDOW(
            "main/java/io/tlstunnel/mux/Leg.java", "Math.min(max - total, relayed.room())", "max - total"),
    A_RELAY_IS_LEFT_WAITING_FOR_A_RESET(
            "main/java/io/tlstunnel/mux/Tunnel.java",
            "(stream.hasSentReset() && !tunnel.isLink())",
            "stream.hasSentReset()");

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
