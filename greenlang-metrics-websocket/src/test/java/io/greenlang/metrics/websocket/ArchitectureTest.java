package io.greenlang.metrics.websocket;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The permitted dependencies between the server's packages, and on libraries. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.greenlang.metrics.websocket");

  @Test
  void packages_dependencies_pointDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("server")
        .definedBy("io.greenlang.metrics.websocket")
        .layer("session")
        .definedBy("..websocket.session..")
        .layer("auth")
        .definedBy("..websocket.auth..")
        .layer("protocol")
        .definedBy("..websocket.protocol..")
        .layer("transport")
        .definedBy("..websocket.transport..")
        .layer("jakarta")
        .definedBy("..websocket.jakarta..")
        .whereLayer("server")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("jakarta")
        .mayOnlyBeAccessedByLayers("server")
        .whereLayer("session")
        .mayOnlyBeAccessedByLayers("server")
        .whereLayer("auth")
        .mayOnlyBeAccessedByLayers("server", "session")
        .whereLayer("protocol")
        .mayOnlyBeAccessedByLayers("server", "session", "jakarta")
        .whereLayer("transport")
        .mayOnlyBeAccessedByLayers("server", "session", "jakarta")
        .check(CLASSES);
  }

  @Test
  void packages_all_areFreeOfCycles() {
    slices().matching("io.greenlang.metrics.(**)").should().beFreeOfCycles().check(CLASSES);
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
        .resideOutsideOfPackage("..websocket.jakarta..")
        .and()
        .areNotAssignableTo(
            MetricsWebSocketServer.class) // its attach methods take two of these types
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta..")
        .check(CLASSES);
  }

  @Test
  void libraries_each_isUsedInOnePackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..websocket.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml..", "org.msgpack..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("..websocket.auth..")
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

  @Test
  void fields_public_areConstants() {
    fields().that().arePublic().should().beStatic().andShould().beFinal().check(CLASSES);
  }
}
