package io.greenlang.metrics.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the test kit: clients and random input are below the contracts. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.testkit";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void clientsAndRandomInput_doNotUseContracts() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".client..", ROOT + ".random..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT, ROOT + ".transport..")
        .check(CLASSES);
  }

  @Test
  void transportContracts_doNotUseOtherContracts() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".transport..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CLASSES);
  }
}
