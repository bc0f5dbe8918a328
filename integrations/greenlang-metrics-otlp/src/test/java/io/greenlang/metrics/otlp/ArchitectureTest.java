package io.greenlang.metrics.otlp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the receiver: what it depends on, and what of it is public. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.otlp");

  @Test
  void classes_all_needNoGeneratedMessagesAndNoServer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.google..",
            "io.opentelemetry..",
            "com.fasterxml.jackson.databind..",
            "io.greenlang.metrics.netty..",
            "io.greenlang.metrics.websocket.internal..")
        .check(CLASSES);
  }

  @Test
  void classes_public_areReceiverAndItsCounters() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .should()
        .haveSimpleNameStartingWith("Otlp")
        .check(CLASSES);
  }
}
