package io.greenlang.metrics.codec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the codec knows and shows. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.codec");

  @Test
  void codec_knowsItsLibrariesOnly() {
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
  void codec_showsThreeClasses() {
    assertThat(CLASSES.stream().filter(each -> each.getModifiers().contains(JavaModifier.PUBLIC)))
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder(
            "DocumentReader", "DocumentLimits", "MalformedDocumentException");
  }
}
