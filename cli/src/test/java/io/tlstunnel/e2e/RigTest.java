package io.tlstunnel.e2e;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests on both data paths, each with a rig of its own, a service that echoes, and what the program logs. */
@ParameterizedClass
@EnumSource(DataPath.class)
@ExtendWith(LeakCheck.class)
abstract class RigTest {
    private final DataPath path;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    Rig rig;
    Services echo;
    LogCapture log;

    RigTest(DataPath path) {
        this.path = path;
    }

    @BeforeEach
    void start() throws IOException {
        log = LogCapture.ofProgram();
        echo = Services.echo();
        rig = new Rig(folder, path);
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        echo.close();
        log.close();
    }
}
