package io.greenlang.metrics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom in the core. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics");

  /** So it knows no Jackson, MessagePack, Netty, Jakarta, Jedis or Nimbus either. */
  @Test
  void core_beyondTheJdk_knowsTheLogAndNullnessOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.greenlang.metrics..", "java..", "org.slf4j..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void packages_allOfThem_areFreeOfCycles() {
    slices().matching("io.greenlang.metrics.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void vocabulary_isAtTheBottom() {
    classes()
        .that()
        .resideInAPackage("io.greenlang.metrics")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.greenlang.metrics", "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void hub_isAtTheTop() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..metrics.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..metrics.hub..")
        .check(CLASSES);
  }

  @Test
  void brokersAndSubscriptions_doNotKnowHowFramesAreMade() {
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
