package io.greenlang.metrics.jmx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the JMX module. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.jmx");

  @Test
  void classes_all_needOnlyTheJdkAndTheCore() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics",
            "io.greenlang.metrics.jmx",
            "io.greenlang.metrics.internal.util",
            "java..",
            "javax.management..",
            "org.jspecify..",
            "org.slf4j..")
        .check(CLASSES);
  }
}
