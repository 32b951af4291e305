package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test of the test: the simulation finds what people get wrong, each mistake on its own. */
@Tag("slow")
final class PlantedBugsTest {
    private static final int SEEDS = 10_000;

    @ParameterizedTest
    @EnumSource
    void theSimulationFinds(PlantedBug bug) throws Exception {
        ClassLoader world = new MutantLoader(compile(bug));
        var run = world.loadClass(Simulation.class.getName()).getDeclaredMethod("run", long.class);
        run.setAccessible(true);
        int seed = 0;
        while (seed < SEEDS && ((List<?>) run.invoke(null, (long) seed)).isEmpty()) {
            seed++;
        }
        System.out.println("figures: " + bug + " found by seed " + seed);
        assertThat(seed).as("seeds until %s shows", bug).isLessThan(SEEDS);
    }

    private static Map<String, byte[]> compile(PlantedBug bug) throws IOException {
        Path file = Path.of("src").resolve(bug.file());
        String source = bug.plant(Files.readString(file));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                InMemory memory = new InMemory(standard)) {
            List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
            JavaFileObject mutant = new Source(file.getFileName().toString(), source);
            assertThat(compiler.getTask(null, memory, null, options, null, List.of(mutant))
                            .call())
                    .as("%s compiles", bug)
                    .isTrue();
            return memory.classes();
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        InMemory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.put(className, bytes);
            return new SimpleJavaFileObject(URI.create("class:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new HashMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }

    /** Loads the whole of {@code mux} anew, tests included, with the mutants in place of their originals. */
    private static final class MutantLoader extends ClassLoader {
        private final Map<String, byte[]> mutants;

        MutantLoader(Map<String, byte[]> mutants) {
            super(PlantedBugsTest.class.getClassLoader());
            this.mutants = mutants;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded == null && name.startsWith("io.tlstunnel.mux.")) {
                    byte[] bytes =
                            mutants.containsKey(name) ? Objects.requireNonNull(mutants.get(name)) : original(name);
                    loaded = defineClass(name, bytes, 0, bytes.length);
                }
                return loaded == null ? super.loadClass(name, resolve) : loaded;
            }
        }

        private byte[] original(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                return Objects.requireNonNull(in, name).readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
