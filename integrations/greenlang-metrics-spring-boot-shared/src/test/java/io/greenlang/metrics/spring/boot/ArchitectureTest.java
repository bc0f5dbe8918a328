package io.greenlang.metrics.spring.boot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the starters. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.spring.boot";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packages_all_formLayers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("properties")
        .definedBy(ROOT)
        .layer("certificate")
        .definedBy(ROOT + ".internal.tls")
        .layer("beans")
        .definedBy(ROOT + ".internal")
        .layer("sessions")
        .definedBy(ROOT + ".internal.session")
        .layer("configuration")
        .definedBy(ROOT + ".autoconfigure")
        .whereLayer("configuration")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("beans")
        .mayOnlyBeAccessedByLayers("sessions", "configuration")
        .whereLayer("sessions")
        .mayOnlyBeAccessedByLayers("configuration")
        .whereLayer("certificate")
        .mayOnlyBeAccessedByLayers("beans")
        .check(CLASSES);
  }

  @Test
  void classes_all_useNoEngineType() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics.internal..",
            "io.greenlang.metrics.websocket.internal..",
            "io.greenlang.metrics.netty..",
            "io.greenlang.metrics.redis..")
        .check(CLASSES);
  }
}
