package io.tlstunnel.cli;

import io.tlstunnel.client.Published;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.Loaded;
import io.tlstunnel.config.ProxyConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** One service, published from the command line alone: what {@code tcp} and {@code http} have in common. */
final class AdHoc {

    @Parameters(
            paramLabel = "LOCAL",
            description = "The service: a port of this machine, or HOST:PORT ([::1]:8080 for IPv6).")
    private String local = "";

    @Option(
            names = {"-s", "--server"},
            paramLabel = "HOST[:PORT]",
            required = true,
            description = "The server; port 443 if none is given.")
    private String server = "";

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[ADDR:]PORT",
            description = "Port to open at the server; without it the server picks one and it is printed.")
    private String publish = "0";

    @Option(
            names = {"-k", "--key-file"},
            paramLabel = "FILE",
            description = "File with the key (or the environment: TLS_TUNNEL_CLIENT_AUTH_KEY).")
    private @Nullable Path keyFile;

    @Option(names = "--name", description = "Name of this client (default: made from the host name).")
    private @Nullable String name;

    @Option(
            names = "--fingerprint",
            paramLabel = "SHA256",
            description = "Accept exactly the certificate with this fingerprint, as the server logs it.")
    private @Nullable String fingerprint;

    @Option(names = "--ca", paramLabel = "FILE", description = "Trust these PEM roots instead of the system's.")
    private @Nullable Path ca;

    @Option(names = "--skip-verify", description = "Accept any certificate; the key still tells a wrong server apart.")
    private boolean skipVerify;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description = "Go through an HTTP proxy: http://user:password@host:port.")
    private @Nullable String proxy;

    @Option(names = "--path", paramLabel = "PATH", description = "The server's wss_path (/tunnel).")
    private @Nullable String path;

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Runs until it ends. Blocks. */
    int run(String proxyType) {
        final CommandSpec spec = Objects.requireNonNull(command, "run by picocli only");
        final Loaded<ClientConfig> loaded = config(proxyType);
        final ClientConfig config = loaded.config();
        Start.log(spec, config.log(), loaded.warnings());
        final PrintWriter out = Output.of(spec);
        return RunningClient.run(config, client -> client.ready().onSuccess(published -> tell(published, config, out)));
    }

    private static void tell(List<Published> published, ClientConfig config, PrintWriter out) {
        final ProxyConfig proxy = config.proxies().get(0);
        for (final Published one : published) {
            final HostPort open = new HostPort(host(one, config), one.port());
            final String shown = proxy.type().startsWith("http") ? "http://" + open : open.toString();
            out.println(shown + " -> " + new HostPort(proxy.localAddr(), proxy.localPort()));
        }
    }

    /** A wildcard address is reached by the name that the server was dialled by. */
    private static String host(Published published, ClientConfig config) {
        return switch (published.host()) {
            case "", "0.0.0.0", "::", "0:0:0:0:0:0:0:0" ->
                config.servers().get(0).host();
            default -> published.host();
        };
    }

    Loaded<ClientConfig> config(String proxyType) {
        requireKey();
        final Map<String, String> options = new HashMap<>();
        final JsonObject client = new JsonObject();
        put(client, options, "server_addr", server, "--server");
        put(client, options, "auth_key_file", keyFile == null ? null : keyFile.toString(), "--key-file");
        put(client, options, "name", name, "--name");
        put(client, options, "server_fingerprint", fingerprint, "--fingerprint");
        put(client, options, "ca_cert_path", ca == null ? null : ca.toString(), "--ca");
        put(client, options, "skip_verify", skipVerify ? Boolean.TRUE : null, "--skip-verify");
        put(client, options, "proxy", proxy, "--proxy");
        put(client, options, "wss_path", path, "--path");
        options.put("proxies[0].local_port", "LOCAL");
        options.put("proxies[0].local_addr", "LOCAL");
        options.put("proxies[0].publish_port", "--publish");
        options.put("proxies[0].publish_addr", "--publish");
        return ConfigFiles.clientFromOptions(
                new JsonObject().put("client", client).put("proxies", new JsonArray().add(proxy(proxyType))),
                Path.of("tls-tunnel " + proxyType.replaceAll("/.*", "") + " " + local.replace(':', '-')),
                options,
                System.getenv());
    }

    /** Said here in the words of the command line: the configuration would name the keys of a file. */
    private void requireKey() {
        final Map<String, String> environment = System.getenv();
        if (keyFile == null
                && !environment.containsKey("TLS_TUNNEL_CLIENT_AUTH_KEY")
                && !environment.containsKey("TLS_TUNNEL_CLIENT_AUTH_KEY_FILE")) {
            throw wrong("the key is missing: --key-file FILE (or the environment: TLS_TUNNEL_CLIENT_AUTH_KEY)");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(
                Objects.requireNonNull(command, "run by picocli only").commandLine(), sentence);
    }

    private static void put(
            JsonObject table, Map<String, String> options, String key, @Nullable Object value, String option) {
        options.put("client." + key, option);
        if (value != null) {
            table.put(key, value);
        }
    }

    private JsonObject proxy(String type) {
        final HostAndPort service = parse("LOCAL", local, 1);
        final HostAndPort open = parse("--publish", publish, 0);
        final JsonObject json = new JsonObject()
                .put("name", (type.equals("tcp") ? "tcp-" : "http-") + service.port)
                .put("proxy_type", type)
                .put("publish_port", open.port)
                .put("local_port", service.port);
        if (open.host != null) {
            json.put("publish_addr", open.host);
        }
        return service.host == null ? json : json.put("local_addr", service.host);
    }

    private HostAndPort parse(String what, String text, int least) {
        final int colon = text.lastIndexOf(':');
        final String host = colon < 0 ? null : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        final String digits = text.substring(colon + 1);
        if (digits.matches("\\d{1,5}") && (host == null || !host.isEmpty())) {
            final int port = Integer.parseInt(digits);
            if (least <= port && port <= 65_535) {
                return new HostAndPort(host, port);
            }
        }
        throw wrong(what + " is \"" + text + "\", but takes a port (" + least + "-65535) or HOST:PORT");
    }

    private record HostAndPort(@Nullable String host, int port) {}
}
