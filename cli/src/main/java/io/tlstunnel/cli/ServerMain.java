package io.tlstunnel.cli;

/** {@code java -jar tls-tunnel-server.jar}. */
public final class ServerMain {

    private ServerMain() {}

    public static void main(String[] arguments) {
        Entry.main(App.Edition.SERVER, arguments);
    }
}
