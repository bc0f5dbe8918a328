package io.greenlang.metrics.micrometer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the Micrometer module. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.micrometer");

  @Test
  void classes_exceptServerMeters_needNoServer() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ServerMeters")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.greenlang.metrics.websocket..")
        .check(CLASSES);
  }

  @Test
  void classes_all_useNoEngineType() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.greenlang.metrics.internal..")
                .and(resideOutsideOfPackage("io.greenlang.metrics.internal.util")))
        .check(CLASSES);
  }
}
