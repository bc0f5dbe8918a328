package io.greenlang.metrics;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Architecture rules of the core. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics";

  /** The sketches of distributions: with the next two, the only engine packages beneath the API. */
  private static final String SKETCH = ROOT + ".internal.sketch";

  /** Sums of numbers. */
  private static final String NUMBER = ROOT + ".internal.number";

  /** Hashes of texts. */
  private static final String HASH = ROOT + ".internal.hash";

  /**
   * The packages, lowest first. A package may use those of the lines before its own, and those of
   * its own line unless they use it.
   */
  private static final List<List<String>> LAYERS =
      List.of(
          List.of(
              "internal.number",
              "internal.hash",
              "internal.sketch",
              "",
              "subscription",
              "frame",
              "aggregate",
              "history",
              "broker"),
          List.of(
              "internal.util",
              "internal.config",
              "internal.http",
              "internal.sequence",
              "internal.sample",
              "internal.metadata",
              "internal.protobuf",
              "internal.temporality",
              "internal.aggregate",
              "internal.histogram",
              "internal.history.codec"),
          List.of("internal.frame", "internal.history", "internal.revocation"),
          List.of("internal.feed"),
          List.of("internal.window"),
          List.of("internal.catchup"),
          List.of("internal.channel"),
          List.of("hub"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** This rules out Jackson, MessagePack, Netty, Jakarta, Jedis and Nimbus, too. */
  @Test
  void core_dependencies_areJdkSlf4jAndJspecifyOnly() {
    classes()
        .that()
        .resideOutsideOfPackage(SKETCH)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.greenlang.metrics..", "java..", "org.slf4j..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void sketchLibrary_isUsedByOnePackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SKETCH)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.datadoghq..")
        .check(CLASSES);
  }

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching("io.greenlang.metrics.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void packages_all_haveALayer() {
    classes()
        .should()
        .resideInAnyPackage(packages(LAYERS))
        .because("every package has its place in the layers of this test")
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7})
  void layer_usesLowerLayersOnly(int layer) {
    noClasses()
        .that()
        .resideInAnyPackage(packages(LAYERS.subList(0, layer)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(LAYERS.subList(layer, LAYERS.size())))
        .check(CLASSES);
  }

  /** An API package may use the helpers of {@code internal.config} and below, but no engine. */
  @Test
  void api_exceptHub_usesNoEngine() {
    noClasses()
        .that()
        .resideInAnyPackage(packages(LAYERS.subList(0, 1)))
        .and()
        .resideOutsideOfPackages(SKETCH, NUMBER, HASH)
        .should()
        .dependOnClassesThat(
            describe(
                "are part of the engine",
                type ->
                    isInternal(type)
                        && !type.getPackageName().equals(SKETCH)
                        && !type.getPackageName().equals(NUMBER)
                        && !type.getPackageName().equals(HASH)
                        && !type.getPackageName().equals(ROOT + ".internal.config")
                        && !type.getPackageName().equals(ROOT + ".internal.util")))
        .check(CLASSES);
  }

  @Test
  void rootPackage_dependsOnSketchesNumbersAndHashesOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT, SKETCH, NUMBER, HASH, "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void publicSignatures_outsideInternal_showNoInternalType() {
    classes()
        .that(describe("are API", type -> !isInternal(type) && isVisible(type)))
        .should(showNoInternalType())
        .check(CLASSES);
  }

  @Test
  void fields_public_areConstants() {
    fields().that().arePublic().should().beStatic().andShould().beFinal().check(CLASSES);
  }

  private static String[] packages(List<List<String>> layers) {
    return layers.stream()
        .flatMap(List::stream)
        .map(name -> name.isEmpty() ? ROOT : ROOT + "." + name)
        .toArray(String[]::new);
  }

  private static boolean isInternal(JavaClass type) {
    return (type.getPackageName() + ".").startsWith(ROOT + ".internal.");
  }

  private static boolean isVisible(JavaClass type) {
    Optional<JavaClass> enclosing = type.getEnclosingClass();
    return isVisible((HasModifiers) type)
        && (enclosing.isEmpty() || isVisible(enclosing.orElseThrow()));
  }

  private static boolean isVisible(HasModifiers member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static ArchCondition<JavaClass> showNoInternalType() {
    return new ArchCondition<>("show no internal type in a public or protected signature") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaType> supertypes =
            Stream.concat(type.getInterfaces().stream(), type.getSuperclass().stream());
        report(type.getFullName(), supertypes, events);
        type.getTypeParameters()
            .forEach(each -> report(type.getFullName(), each.getUpperBounds().stream(), events));
        type.getFields().stream()
            .filter(ArchitectureTest::isVisible)
            .forEach(field -> report(field.getFullName(), Stream.of(field.getType()), events));
        type.getCodeUnits().stream()
            .filter(ArchitectureTest::isVisible)
            .forEach(unit -> report(unit.getFullName(), typesOf(unit), events));
      }
    };
  }

  private static Stream<JavaType> typesOf(JavaCodeUnit unit) {
    Stream<JavaType> bounds =
        unit.getTypeParameters().stream().flatMap(each -> each.getUpperBounds().stream());
    Stream<JavaType> exceptions =
        unit.getExceptionTypes().stream().map(thrown -> (JavaType) thrown);
    return Stream.of(
            Stream.of(unit.getReturnType()), unit.getParameterTypes().stream(), bounds, exceptions)
        .flatMap(types -> types);
  }

  /** Reports each internal type among the given types, their arguments and their bounds. */
  private static void report(String where, Stream<JavaType> types, ConditionEvents events) {
    Predicate<JavaClass> internal = ArchitectureTest::isInternal;
    types
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .filter(internal)
        .forEach(
            type ->
                events.add(
                    SimpleConditionEvent.violated(
                        where, where + " shows the internal type " + type.getName())));
  }
}
