package io.greenlang.metrics.redis;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The permitted dependencies between the packages of the Redis broker, and on Jedis. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.redis";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching("io.greenlang.metrics.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** From the keys at the bottom to the runtime at the top. */
  @Test
  void packages_dependencies_pointDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("api")
        .definedBy(ROOT)
        .layer("runtime")
        .definedBy("..redis.internal")
        .layer("external")
        .definedBy("..internal.external")
        .layer("delivery")
        .definedBy("..internal.delivery")
        .layer("transfer")
        .definedBy(
            "..internal.publish",
            "..internal.subscribe",
            "..internal.archive",
            "..redis.internal.metadata")
        .layer("log")
        .definedBy("..internal.log", "..internal.membership")
        .layer("connection")
        .definedBy("..internal.connection")
        .layer("support")
        .definedBy("..internal.support")
        .whereLayer("api")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("runtime")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("external")
        .mayOnlyBeAccessedByLayers("runtime")
        .whereLayer("delivery")
        .mayOnlyBeAccessedByLayers("runtime", "external")
        .whereLayer("transfer")
        .mayOnlyBeAccessedByLayers("runtime", "external", "delivery")
        .whereLayer("log")
        .mayOnlyBeAccessedByLayers("runtime", "external", "delivery", "transfer")
        .whereLayer("connection")
        .mayOnlyAccessLayers("support")
        .whereLayer("support")
        .mayNotAccessAnyLayer()
        .check(CLASSES);
  }

  @Test
  void jedis_isUsedByConnectionsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..internal.connection")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("redis.clients..")
        .check(CLASSES);
  }

  @Test
  void publicMembers_outsideInternal_exposeNoInternalType() {
    members()
        .that()
        .areDeclaredInClassesThat(resideInAPackage(ROOT))
        .and(DescribedPredicate.or(modifier(JavaModifier.PUBLIC), modifier(JavaModifier.PROTECTED)))
        .should(
            new ArchCondition<JavaMember>("expose no internal type") {
              @Override
              public void check(JavaMember member, ConditionEvents events) {
                Set<String> exposed =
                    signature(member)
                        .map(JavaClass::getName)
                        .filter(name -> name.contains(".internal."))
                        .collect(Collectors.toSet());
                boolean satisfied = exposed.isEmpty();
                String message = member.getFullName() + " exposes " + exposed;
                events.add(new SimpleConditionEvent(member, satisfied, message));
              }
            })
        .check(CLASSES);
  }

  private static Stream<JavaClass> signature(JavaMember member) {
    if (member instanceof JavaField field) {
      return field.getType().getAllInvolvedRawTypes().stream();
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.concat(
        unit.getReturnType().getAllInvolvedRawTypes().stream(),
        Stream.concat(
            unit.getParameterTypes().stream()
                .flatMap(type -> type.getAllInvolvedRawTypes().stream()),
            unit.getExceptionTypes().stream()));
  }

  @Test
  void fields_public_areConstants() {
    fields().that().arePublic().should().beStatic().andShould().beFinal().check(CLASSES);
  }
}
