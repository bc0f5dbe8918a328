package io.greenlang.metrics.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the client: its dependencies, its layers and its public types. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.client";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void client_dependencies_areTheCodecAndJackson() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "..",
            "io.greenlang.metrics.codec",
            "java..",
            "org.jspecify..",
            "com.fasterxml.jackson..")
        .check(CLASSES);
  }

  @Test
  void packages_all_formLayers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy(ROOT + ".model")
        .layer("protocol")
        .definedBy(ROOT + ".internal.protocol")
        .layer("connection")
        .definedBy(ROOT + ".internal.connection")
        .layer("delivery")
        .definedBy(ROOT + ".internal.delivery")
        .layer("engine")
        .definedBy(ROOT + ".internal")
        .layer("api")
        .definedBy(ROOT)
        .whereLayer("model")
        .mayNotAccessAnyLayer()
        .whereLayer("protocol")
        .mayOnlyAccessLayers("model")
        .whereLayer("connection")
        .mayOnlyAccessLayers("model", "protocol")
        .whereLayer("delivery")
        .mayOnlyAccessLayers("model", "connection")
        .whereLayer("engine")
        .mayOnlyAccessLayers("model", "protocol", "connection", "delivery")
        .whereLayer("api")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void client_publicTypes_areListed() {
    assertThat(
            CLASSES.stream()
                .filter(type -> !type.getPackageName().startsWith(ROOT + ".internal"))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder(
            "MetricsClient",
            "MetricsClientBuilder",
            "Buckets",
            "ClientStats",
            "ConnectionChange",
            "ConnectionState",
            "Distribution",
            "ErrorCode",
            "Gap",
            "HistoryPage",
            "HistoryQuery",
            "Interval",
            "Metric",
            "MetricMetadata",
            "MetricSubscription",
            "MetricType",
            "MetricsClientException",
            "Registration",
            "SeriesLimit");
  }
}
