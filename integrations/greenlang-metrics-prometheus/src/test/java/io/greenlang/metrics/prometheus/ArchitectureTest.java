package io.greenlang.metrics.prometheus;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the Prometheus module. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.prometheus");

  @Test
  void packages_parserScrapeAndApi_formLayers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("parser")
        .definedBy("..prometheus.internal.text..")
        .layer("protobuf")
        .definedBy("..prometheus.internal.protobuf..")
        .layer("scrape")
        .definedBy("..prometheus.internal.scrape..")
        .layer("exposition")
        .definedBy("..prometheus.internal.exposition..")
        .layer("api")
        .definedBy("io.greenlang.metrics.prometheus")
        .whereLayer("parser")
        .mayOnlyBeAccessedByLayers("protobuf", "scrape", "api")
        .whereLayer("protobuf")
        .mayOnlyBeAccessedByLayers("scrape")
        .whereLayer("scrape")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("exposition")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("api")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void classes_exceptTheEndpoint_needNoServer() {
    noClasses()
        .that()
        .doNotHaveSimpleName("PrometheusEndpoint")
        .and()
        .resideOutsideOfPackage("..prometheus.internal.exposition..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.greenlang.metrics.websocket..", "io.prometheus..")
        .check(CLASSES);
  }

  @Test
  void parser_all_needsOnlyTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("..prometheus.internal.text..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics", "io.greenlang.metrics.internal..", "org.slf4j..")
        .check(CLASSES);
  }
}
