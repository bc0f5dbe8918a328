package io.greenlang.metrics.netty;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the transport: reading requests and TLS are below answering requests. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.netty";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void io_doesNotUseTransportOrRequests() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal.io")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT,
            ROOT + ".internal.http",
            ROOT + ".internal.connection",
            "io.greenlang.metrics.websocket..")
        .check(CLASSES);
  }

  @Test
  void requests_doNotUseTransport() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT, "io.netty.channel..", "io.greenlang.metrics.websocket.internal..")
        .check(CLASSES);
  }

  @Test
  void beginnings_doNotUseTransport() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal.connection")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT, ROOT + ".internal.http")
        .check(CLASSES);
  }

  @Test
  void tls_doesNotUseTransportOrRequests() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal.tls")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT, ROOT + ".internal.http", "io.greenlang.metrics.websocket.internal..")
        .check(CLASSES);
  }
}
