package io.tlstunnel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "io.tlstunnel", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule SERVER_AND_CLIENT_NEVER_SEE_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("io.tlstunnel.server..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.tlstunnel.client..", "io.tlstunnel.cli.."));

    @ArchTest
    static final ArchRule CLIENT_AND_SERVER_NEVER_SEE_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("io.tlstunnel.client..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.tlstunnel.server..", "io.tlstunnel.cli.."));

    @ArchTest
    static final ArchRule SHARED_KNOWS_NEITHER_END = noClasses()
            .that(resideOutsideOfPackages("io.tlstunnel.server..", "io.tlstunnel.client..", "io.tlstunnel.cli.."))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.tlstunnel.server..", "io.tlstunnel.client..", "io.tlstunnel.cli.."));

    @ArchTest
    static final ArchRule WIRE_IS_PURE = noClasses()
            .that()
            .resideInAPackage("io.tlstunnel.wire..")
            .should()
            .dependOnClassesThat(resideOutsideOfPackages(
                    "io.tlstunnel.wire..", "io.netty.buffer..", "io.netty.util", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule MUX_HAS_NO_IO_AND_KNOWS_ONLY_BYTE_BUF = noClasses()
            .that()
            .resideInAPackage("io.tlstunnel.mux..")
            .should()
            .dependOnClassesThat(resideOutsideOfPackages(
                    "io.tlstunnel.mux..",
                    "io.tlstunnel.wire..",
                    "io.tlstunnel.security..",
                    "io.tlstunnel.config..",
                    "io.netty.buffer..",
                    "io.netty.util",
                    "java..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule ONLY_TRANSPORT_KNOWS_THE_INTERNALS_OF_VERTX = noClasses()
            .that(resideOutsideOfPackages("io.tlstunnel.transport.."))
            .should()
            .dependOnClassesThat(resideInAPackage("io.vertx.core.internal.."));

    @ArchTest
    static final ArchRule ONLY_TRANSPORT_HANDLES_CHANNELS = noClasses()
            .that(resideOutsideOfPackages("io.tlstunnel.transport.."))
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty.channel..", "io.netty.handler.codec.."));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.tlstunnel.(*)..").should().beFreeOfCycles();
}
