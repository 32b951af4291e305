package io.tlstunnel.cli;

/** The whole program: what the launcher runs. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Entry.main(App.Edition.FULL, arguments);
    }
}
