package io.greenlang.metrics.jfr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the JFR module. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.jfr");

  @Test
  void classes_all_needOnlyTheJdkAndTheCore() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics",
            "io.greenlang.metrics.jfr",
            "io.greenlang.metrics.internal.util",
            "java..",
            "javax.management..",
            "jdk.jfr..",
            "org.jspecify..",
            "org.slf4j..")
        .check(CLASSES);
  }
}
