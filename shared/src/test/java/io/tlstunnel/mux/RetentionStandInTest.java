package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the benchmark puts in the place of {@link Retention}, to measure what that costs, still fits. */
final class RetentionStandInTest {
    private static final String STAND_IN = "../bench/forgetful/io/tlstunnel/mux/Retention.java";

    @Test
    void hasTheMethodsOfTheProgramsOwn(@TempDir Path classes) throws IOException, ClassNotFoundException {
        String classPath = System.getProperty("java.class.path");
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-classpath", classPath, "-d", classes.toString(), STAND_IN);
        assertThat(result).as("it compiles").isZero();
        try (URLClassLoader loader = new URLClassLoader(inFrontOf(classPath, classes), platform())) {
            Class<?> standIn = loader.loadClass(Retention.class.getName());
            assertThat(standIn).isNotSameAs(Retention.class);
            assertThat(methods(standIn)).isEqualTo(methods(Retention.class));
        }
    }

    private static ClassLoader platform() {
        return ClassLoader.getPlatformClassLoader();
    }

    private static URL[] inFrontOf(String classPath, Path classes) throws IOException {
        List<URL> places = new ArrayList<>(List.of(classes.toUri().toURL()));
        for (String place : classPath.split(File.pathSeparator, -1)) {
            places.add(Path.of(place).toUri().toURL());
        }
        return places.toArray(URL[]::new);
    }

    /** Those that other classes may call, with their types. */
    private static List<String> methods(Class<?> of) {
        return Arrays.stream(of.getDeclaredMethods())
                .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                .map(Object::toString)
                .sorted()
                .toList();
    }
}
