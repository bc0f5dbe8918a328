package io.greenlang.metrics.collectors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Architecture rules of the collectors: layers, dependencies and the public API. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.collectors";
  private static final Set<JavaModifier> VISIBLE =
      Set.of(JavaModifier.PUBLIC, JavaModifier.PROTECTED);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /**
   * The kinds of work share the helpers of {@code support}, and nothing else. The probes of the
   * system use the readers of Linux.
   */
  @Test
  void internalPackages_kindsOfWork_useSupportOnly() {
    slices()
        .matching(ROOT + ".internal.(*)..")
        .namingSlices("$1")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            JavaClass.Predicates.resideInAPackage(ROOT + ".internal.."),
            JavaClass.Predicates.resideInAPackage(ROOT + ".internal.support"))
        .ignoreDependency(
            JavaClass.Predicates.resideInAPackage(ROOT + ".internal.system"),
            JavaClass.Predicates.resideInAPackage(ROOT + ".internal.linux"))
        .check(CLASSES);
  }

  @Test
  void internalPackages_all_doNotUseApi() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CLASSES);
  }

  @Test
  void oshi_isUsedByItsProbesAndTheirSourceOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal.system")
        .and()
        .doNotHaveSimpleName("SystemMetricSource")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("oshi..")
        .check(CLASSES);
  }

  @Test
  void collectors_dependencies_areCoreOshiAndLoggingOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.greenlang.metrics..",
            "java..",
            "javax.management..",
            "com.sun.management..",
            "org.jspecify..",
            "org.slf4j..",
            "oshi..")
        .check(CLASSES);
  }

  @Test
  void publicApi_signatures_exposeNoInternalType() {
    Stream<JavaMember> members =
        CLASSES.stream()
            .filter(type -> type.getPackageName().equals(ROOT) && isVisible(type.getModifiers()))
            .flatMap(type -> type.getAllMembers().stream())
            .filter(member -> member.getOwner().getPackageName().equals(ROOT))
            .filter(member -> isVisible(member.getModifiers()));
    assertThat(members).isNotEmpty().noneMatch(ArchitectureTest::exposesInternalType);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.stream().anyMatch(VISIBLE::contains);
  }

  private static boolean exposesInternalType(JavaMember member) {
    Stream<JavaClass> types =
        member instanceof JavaCodeUnit unit
            ? Stream.concat(
                unit.getReturnType().getAllInvolvedRawTypes().stream(),
                unit.getParameterTypes().stream()
                    .flatMap(type -> type.getAllInvolvedRawTypes().stream()))
            : ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    return types.anyMatch(type -> type.getPackageName().contains(".internal"));
  }

  @Test
  void fields_public_areConstants() {
    fields().that().arePublic().should().beStatic().andShould().beFinal().check(CLASSES);
  }
}
