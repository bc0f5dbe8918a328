package io.greenlang.metrics.codec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Architecture rules of the codec: its dependencies and its public types. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.codec");

  @Test
  void codec_dependencies_areItsLibrariesOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics.codec",
            "java..",
            "org.jspecify..",
            "com.fasterxml.jackson..",
            "org.msgpack..")
        .check(CLASSES);
  }

  @Test
  void codec_publicTypes_areListed() {
    assertThat(CLASSES.stream().filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder(
            "DocumentReader",
            "DocumentLimits",
            "JsonNumber",
            "JsonWriter",
            "MalformedDocumentException",
            "IsoTime",
            "MalformedTimeException");
  }
}
