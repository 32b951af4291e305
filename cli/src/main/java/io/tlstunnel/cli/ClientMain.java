package io.tlstunnel.cli;

/** {@code java -jar tls-tunnel-client.jar}. */
public final class ClientMain {

    private ClientMain() {}

    public static void main(String[] arguments) {
        Entry.main(App.Edition.CLIENT, arguments);
    }
}
