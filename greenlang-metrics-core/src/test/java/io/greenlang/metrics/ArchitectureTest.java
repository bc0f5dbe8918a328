package io.greenlang.metrics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the core. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics");

  /** This rules out Jackson, MessagePack, Netty, Jakarta, Jedis and Nimbus, too. */
  @Test
  void core_dependencies_areJdkSlf4jAndJspecifyOnly() {
    classes()
        .that()
        .doNotHaveFullyQualifiedName("io.greenlang.metrics.internal.aggregate.QuantileSketch")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.greenlang.metrics..", "java..", "org.slf4j..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void sketchLibrary_isUsedByOneClassOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.greenlang.metrics.internal.aggregate.QuantileSketch")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.datadoghq..")
        .check(CLASSES);
  }

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching("io.greenlang.metrics.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void rootPackage_dependsOnNoOtherPackage() {
    classes()
        .that()
        .resideInAPackage("io.greenlang.metrics")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.greenlang.metrics", "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void hub_isUsedByNoOtherPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..metrics.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..metrics.hub..")
        .check(CLASSES);
  }

  @Test
  void brokersAndSubscriptions_doNotDependOnFeeds() {
    noClasses()
        .that()
        .resideInAnyPackage("..broker..", "..subscription..", "..collect..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..feed..")
        .check(CLASSES);
  }

  @Test
  void fields_public_areConstants() {
    fields().that().arePublic().should().beStatic().andShould().beFinal().check(CLASSES);
  }
}
