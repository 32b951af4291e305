package io.tlstunnel.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keyboard and screen of a session on an {@link OpenSsh}. */
final class Shell implements AutoCloseable {
    /** Behind a prompt or not. */
    private static final Pattern ANSWER = Pattern.compile("(?:[#$] )*typed (.*)");

    private final Process session;
    private final OutputStream keyboard;
    private final BufferedReader screen;

    Shell(Process session) {
        this.session = session;
        this.keyboard = session.getOutputStream();
        this.screen = session.inputReader(StandardCharsets.UTF_8);
    }

    /** Types a line with that word; the word that the other side says was typed. */
    String type(String word) throws IOException {
        line("echo typed " + word);
        StringBuilder shown = new StringBuilder();
        for (String line = screen.readLine(); line != null; line = screen.readLine()) {
            Matcher typed = ANSWER.matcher(line.strip());
            if (typed.matches()) {
                return typed.group(1);
            }
            shown.append(line).append('\n');
        }
        throw new IOException("the session ended at \"" + word + "\": " + shown);
    }

    /** Leaves the shell with that status; the one that arrives here. */
    int exit(int status) throws IOException {
        line("exit " + status);
        try {
            return session.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void line(String text) throws IOException {
        keyboard.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    @Override
    public void close() {
        session.destroyForcibly();
    }
}
