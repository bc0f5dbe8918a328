package io.greenlang.metrics.opentelemetry;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the OpenTelemetry module. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.opentelemetry");

  @Test
  void classes_exceptExporterServer_needNoServer() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ExporterServer")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.greenlang.metrics.websocket..")
        .check(CLASSES);
  }

  @Test
  void classes_exceptProvider_needNoConfiguredSdk() {
    noClasses()
        .that()
        .doNotHaveSimpleName("GreenlangMetricExporterProvider")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry.sdk.autoconfigure..")
        .check(CLASSES);
  }

  @Test
  void classes_all_useNoEngineTypeExceptTheLog() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics.internal.sketch..",
            "io.greenlang.metrics.internal.channel..",
            "io.greenlang.metrics.internal.number..",
            "io.opentelemetry.sdk.metrics.internal..")
        .check(CLASSES);
  }
}
