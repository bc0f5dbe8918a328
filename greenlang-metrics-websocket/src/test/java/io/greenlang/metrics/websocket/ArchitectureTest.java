package io.greenlang.metrics.websocket;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The permitted dependencies between the server's packages, and on libraries. */
class ArchitectureTest {

  private static final String ROOT = "io.greenlang.metrics.websocket";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** Every layer may use those before it. Two packages of one layer are independent. */
  @Test
  void packages_dependencies_pointDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("transport")
        .definedBy(ROOT + ".transport")
        .layer("auth")
        .definedBy(ROOT + ".auth")
        .layer("dashboard")
        .definedBy(ROOT + ".dashboard")
        .layer("http")
        .definedBy(ROOT + ".http")
        .layer("forwarding")
        .definedBy(ROOT + ".internal.forwarding")
        .layer("columnar")
        .definedBy(ROOT + ".internal.columnar")
        .layer("protocol")
        .definedBy(ROOT + ".internal.protocol")
        .layer("ratelimit")
        .definedBy(ROOT + ".internal.ratelimit")
        .layer("delivery")
        .definedBy(ROOT + ".internal.delivery")
        .layer("session")
        .definedBy(ROOT + ".internal.session")
        .layer("publish")
        .definedBy(ROOT + ".internal.publish")
        .layer("sse")
        .definedBy(ROOT + ".internal.sse")
        .layer("jakarta")
        .definedBy(ROOT + ".internal.jakarta..")
        .layer("server")
        .definedBy(ROOT + ".internal.server")
        .layer("api")
        .definedBy(ROOT)
        .whereLayer("auth")
        .mayNotAccessAnyLayer()
        .whereLayer("dashboard")
        .mayNotAccessAnyLayer()
        .whereLayer("http")
        .mayOnlyAccessLayers("auth")
        .whereLayer("transport")
        .mayOnlyAccessLayers("http", "dashboard")
        .whereLayer("forwarding")
        .mayOnlyAccessLayers("transport")
        .whereLayer("columnar")
        .mayNotAccessAnyLayer()
        .whereLayer("protocol")
        .mayOnlyAccessLayers("transport", "auth", "columnar")
        .whereLayer("ratelimit")
        .mayOnlyAccessLayers("transport", "auth", "forwarding")
        .whereLayer("delivery")
        .mayOnlyAccessLayers("transport", "auth", "protocol", "ratelimit")
        .whereLayer("session")
        .mayOnlyAccessLayers("transport", "auth", "protocol", "ratelimit", "delivery")
        .whereLayer("publish")
        .mayOnlyAccessLayers("auth", "http", "protocol", "ratelimit", "delivery")
        .whereLayer("sse")
        .mayOnlyAccessLayers("transport", "http", "protocol")
        .whereLayer("jakarta")
        .mayOnlyAccessLayers(
            "transport",
            "auth",
            "dashboard",
            "http",
            "protocol",
            "ratelimit",
            "delivery",
            "session")
        .whereLayer("server")
        .mayOnlyAccessLayers(
            "transport",
            "auth",
            "dashboard",
            "http",
            "forwarding",
            "protocol",
            "ratelimit",
            "delivery",
            "session",
            "publish",
            "sse")
        .whereLayer("api")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching("io.greenlang.metrics.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void api_publicSignatures_doNotExposeInternalTypes() {
    classes()
        .that()
        .arePublic()
        .and()
        .resideOutsideOfPackage("..internal..")
        .should(exposeNoInternalType())
        .check(CLASSES);
  }

  /** Supertypes, and public and protected members: their types including type arguments. */
  private static ArchCondition<JavaClass> exposeNoInternalType() {
    return new ArchCondition<>("expose no internal type") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Set<JavaClass> exposed = new HashSet<>();
        type.getSuperclass().ifPresent(e -> exposed.addAll(e.getAllInvolvedRawTypes()));
        type.getInterfaces().forEach(e -> exposed.addAll(e.getAllInvolvedRawTypes()));
        type.getTypeParameters().forEach(e -> exposed.addAll(e.getAllInvolvedRawTypes()));
        type.getMembers().stream()
            .filter(ArchitectureTest::isAccessible)
            .forEach(e -> exposed.addAll(e.getAllInvolvedRawTypes()));
        exposed.stream()
            .filter(resideInAPackage("..internal.."))
            .map(e -> type.getName() + " exposes " + e.getName())
            .forEach(message -> events.add(SimpleConditionEvent.violated(type, message)));
      }
    };
  }

  private static boolean isAccessible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  /** An option that is read without a declaration would be on no page. */
  @Test
  void environment_isReadByOptionsOnly() {
    noClasses()
        .should()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .check(CLASSES);
  }

  @Test
  void server_containers_areNotReferenced() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..",
            "javax.servlet..",
            "javax.websocket..",
            "org.springframework..",
            "redis.clients..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal.jakarta..")
        .and()
        .areNotAssignableTo(MetricsWebSocketServer.class) // takes a ServletContext
        .and()
        .areNotAssignableTo(ContainerEndpoint.class) // takes a ServerContainer
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta..")
        .check(CLASSES);
  }

  @Test
  void libraries_each_isUsedInOnePackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".internal.protocol")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml..", "org.msgpack..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".auth")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.nimbusds..")
        .check(CLASSES);
  }

  /** Only one place parses data from clients. */
  @Test
  void documentParsers_inServer_areNotUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "com\\.fasterxml\\..*(ObjectReader|JsonParser)|org\\.msgpack\\.core\\.MessageUnpacker")
        .check(CLASSES);
  }

  @Test
  void libraries_publicSignatures_doNotExposeThem() {
    noMethods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should()
        .haveRawReturnType(resideInAPackage("com..").or(resideInAPackage("org.msgpack..")))
        .check(CLASSES);
  }

  /** The JDK's shared timer thread would retain the class loader of an undeployed application. */
  @Test
  void timers_ofTheJdk_areNotUsed() {
    noClasses()
        .should()
        .callMethodWhere(
            target(owner(assignableTo(CompletableFuture.class)))
                .and(target(nameMatching("orTimeout|completeOnTimeout|delayedExecutor"))))
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.greenlang.metrics"));
  }

  @Test
  void fields_public_areConstants() {
    fields().that().arePublic().should().beStatic().andShould().beFinal().check(CLASSES);
  }
}
