package io.greenlang.metrics.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the reader of publications: its dependencies and its public types. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.ingest");

  /** The brokers' and servers' libraries would otherwise reach each other through this module. */
  @Test
  void ingest_dependencies_areCodecAndMetrics() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics",
            "io.greenlang.metrics.ingest",
            "io.greenlang.metrics.codec",
            "java..",
            "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void ingest_publicTypes_areListed() {
    assertThat(CLASSES.stream().filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder(
            "MalformedPublicationException",
            "PublicationFormat",
            "PublicationReader",
            "ReadPublication",
            "Rejection");
  }
}
