package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandLineTest {

    @Test
    void withoutACommandItShowsWhatThereIsAndExits2() {
        final Cli cli = Cli.run();
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("Usage: tls-tunnel", "First steps:", "tls-tunnel demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server",
                "client",
                "tcp",
                "http",
                "check",
                "reload",
                "status",
                "template",
                "cert",
                "key",
                "demo",
                "vertx",
                "version",
                "completion"
            })
    void everyCommandTeaches(String command) {
        final Cli cli = Cli.run(command, "--help");
        assertThat(cli.exit()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out())
                .contains("Usage: tls-tunnel " + command)
                .containsPattern("Examples?:\\R(?:.*\\R)*?  .*tls-tunnel " + command)
                .containsPattern("Exit codes:\\R   0 ");
        assertThat(cli.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(Cli.run("help", command).out()).isEqualTo(cli.out());
    }

    @Test
    void everyCommandIsInTheListOfTheProgramWithOneLine() {
        final String help = Cli.run("--help").out();
        assertThat(App.commandLine(App.Edition.FULL).getSubcommands().keySet())
                .allSatisfy(command -> assertThat(help).containsPattern("\\R  " + command + " +[A-Z]"));
    }

    @Test
    void aTypoIsAnsweredWithWhatIsNear() {
        final Cli cli = Cli.run("servr", "x.toml");
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("Did you mean: tls-tunnel server");
        assertThat(Cli.run("key", "--hexx").err()).contains("--hex");
        assertThat(Cli.run("help", "nothing").exit()).isEqualTo(2);
    }

    @Test
    void wantsOneFile() {
        assertThat(Cli.run("server").err()).startsWith("tls-tunnel: which FILE?");
        final Cli two = Cli.run("client", "a.toml", "-c", "b.toml");
        assertThat(two.exit()).isEqualTo(2);
        assertThat(two.err()).contains("a.toml and b.toml");
    }

    @Test
    void aMissingFileIsOneSentence() {
        final Cli cli = Cli.run("server", "-c", "no-such-file.toml");
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err().lines()).singleElement().asString().startsWith("no-such-file.toml: ");
    }

    @Test
    void aStackTraceIsShownAtVvOnly() {
        assertThat(Cli.run("-v", "server", "no-such-file.toml").err()).doesNotContain("\tat ");
        assertThat(Cli.run("server", "-vv", "no-such-file.toml").err()).contains("\tat io.tlstunnel.");
        assertThat(Cli.run("-v", "-v", "server", "no-such-file.toml").err()).contains("\tat io.tlstunnel.");
    }

    @Test
    void saysWhatItRunsOn() {
        final Cli cli = Cli.run("version");
        assertThat(cli.exit()).isZero();
        assertThat(cli.out())
                .containsPattern("^tls-tunnel \\d+\\.\\d+")
                .containsPattern("Java +\\d+")
                .containsPattern("Vert\\.x +5\\.")
                .containsPattern("sockets +(epoll|io_uring|nio)")
                .containsPattern("TLS +\\S+");
        assertThat(Cli.run("--version").out())
                .isEqualTo(cli.out().lines().findFirst().orElseThrow() + System.lineSeparator());
    }

    @Test
    void theJarsOfOneSideBringTheCommandsOfThatSide() {
        assertThat(commands(App.Edition.SERVER)).contains("server", "cert").doesNotContain("client", "tcp", "demo");
        assertThat(commands(App.Edition.CLIENT))
                .contains("client", "tcp", "http")
                .doesNotContain("server", "demo");
    }

    private static java.util.Set<String> commands(App.Edition edition) {
        final CommandLine program = App.commandLine(edition);
        return program.getSubcommands().keySet();
    }
}
