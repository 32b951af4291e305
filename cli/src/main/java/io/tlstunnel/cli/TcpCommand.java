package io.tlstunnel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tls-tunnel tcp}. */
@Command(
        name = "tcp",
        header = "Publish one TCP service (SSH, a database, ...) without a file.",
        description =
                "It runs until Ctrl-C; for more than one service, or for ever, use a file: tls-tunnel client --help.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel tcp 22 --server example.com --publish 2222 --key-file key",
            "  tls-tunnel tcp 10.0.0.5:5432 --server example.com:8443 --publish 5432 --key-file key",
            "  tls-tunnel tcp 22 --server example.com --key-file key --proxy http://proxy.corp:3128"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT, Exit.SUPERSEDED_TEXT})
final class TcpCommand implements Callable<Integer> {

    @Mixin
    private AdHoc service = new AdHoc();

    @Override
    public Integer call() {
        return service.run("tcp");
    }
}
