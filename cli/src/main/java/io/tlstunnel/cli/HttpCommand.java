package io.tlstunnel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tls-tunnel http}. */
@Command(
        name = "http",
        header = "Publish one web application without a file.",
        description =
                "It runs until Ctrl-C; for more than one service, or for ever, use a file: tls-tunnel client --help.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel http 8080 --server example.com --publish 8000 --key-file key",
            "  tls-tunnel http 192.168.1.10:80 --server example.com --key-file key",
            "  tls-tunnel http 3000 --server 203.0.113.7 --key-file key --fingerprint 5f2a..."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT, Exit.SUPERSEDED_TEXT})
final class HttpCommand implements Callable<Integer> {

    @Mixin
    private AdHoc service = new AdHoc();

    @Override
    public Integer call() {
        return service.run("http/1.1");
    }
}
