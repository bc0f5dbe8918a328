package io.greenlang.metrics.spring.boot.generated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.util.FileSystemUtils;

/**
 * Spring Boot applications, each in a separate folder, as Spring's generator makes them. The
 * starter is the only addition to each {@code pom.xml}. One call of Maven packages all of them,
 * because a call per application takes three times as long.
 */
final class GeneratedApplications {

  private static final String BUILD =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>com.example</groupId>
        <artifactId>applications</artifactId>
        <version>1</version>
        <packaging>pom</packaging>
        <modules>
      %s
        </modules>
      </project>
      """;

  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <parent>
          <groupId>org.springframework.boot</groupId>
          <artifactId>spring-boot-starter-parent</artifactId>
          <version>%s</version>
          <relativePath/>
        </parent>
        <groupId>com.example</groupId>
        <artifactId>%s</artifactId>
        <version>1</version>
        <properties>
          <java.version>17</java.version>
      %s
        </properties>
        <dependencies>
      %s
        </dependencies>
        <build>
          <plugins>
            <plugin>
              <groupId>org.springframework.boot</groupId>
              <artifactId>spring-boot-maven-plugin</artifactId>
            </plugin>
          </plugins>
        </build>
      </project>
      """;

  private static final String APPLICATION =
      """
      package com.example;

      import java.sql.SQLException;
      import javax.sql.DataSource;
      import org.springframework.beans.factory.ObjectProvider;
      import org.springframework.boot.SpringApplication;
      import org.springframework.boot.autoconfigure.SpringBootApplication;
      import org.springframework.web.bind.annotation.GetMapping;
      import org.springframework.web.bind.annotation.RestController;

      @SpringBootApplication
      @RestController
      public class ShopApplication {

        private final ObjectProvider<DataSource> database;

        ShopApplication(ObjectProvider<DataSource> database) {
          this.database = database;
        }

        @GetMapping("/orders")
        public String orders() throws SQLException {
          if (database.getIfAvailable() != null) {
            database.getObject().getConnection().close();
          }
          return "[]";
        }

        public static void main(String[] arguments) {
          SpringApplication.run(ShopApplication.class, arguments);
        }
      }
      """;

  private final ReactorRepository repository;
  private final Path directory;
  private final List<String> names = new ArrayList<>();

  /** Prepares an empty directory for the applications; what it contained is deleted. */
  GeneratedApplications(ReactorRepository repository, Path directory) throws IOException {
    this.repository = repository;
    this.directory = directory.toAbsolutePath();
    FileSystemUtils.deleteRecursively(this.directory);
  }

  /**
   * Generates an application with the starter.
   *
   * @param name the name of its folder and of its artifact
   * @param properties the properties of its pom.xml, such as {@code netty.version=4.2.0}
   * @param dependencies group and artifact of the dependencies that its author selected, then
   *     optionally a version, or {@code !} and an artifact of Spring Boot to exclude
   * @param applicationProperties the lines of its application.properties
   */
  void add(
      String name,
      List<String> properties,
      List<String> dependencies,
      String... applicationProperties)
      throws IOException {
    List<String> withStarter = new ArrayList<>(dependencies);
    withStarter.add(
        "io.greenlang:"
            + ReactorRepository.property("starter.artifact")
            + ":"
            + ReactorRepository.version());
    addPlain(name, properties, withStarter, applicationProperties);
  }

  /** Generates an application without the starter; the parameters are those of {@link #add}. */
  void addPlain(
      String name,
      List<String> properties,
      List<String> dependencies,
      String... applicationProperties)
      throws IOException {
    Path folder = directory.resolve(name);
    write(folder.resolve("pom.xml"), pom(name, properties, dependencies));
    write(folder.resolve("src/main/java/com/example/ShopApplication.java"), APPLICATION);
    write(
        folder.resolve("src/main/resources/application.properties"),
        String.join("\n", applicationProperties));
    names.add(name);
  }

  /** Packages all applications with Maven, without the options of this repository's .mvn. */
  void build() throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve(".mvn"));
    String modules =
        names.stream().map("<module>%s</module>"::formatted).collect(Collectors.joining("\n"));
    write(directory.resolve("pom.xml"), BUILD.formatted(modules));
    repository.packageProject(directory);
  }

  private static String pom(String name, List<String> properties, List<String> dependencies) {
    return POM.formatted(
        ReactorRepository.property("generated.boot.version"),
        name,
        properties.stream()
            .map(each -> each.split("=", 2))
            .map(pair -> "<%1$s>%2$s</%1$s>".formatted(pair[0], pair[1]))
            .collect(Collectors.joining("\n")),
        dependencies.stream()
            .map(GeneratedApplications::dependency)
            .collect(Collectors.joining("\n")));
  }

  private static String dependency(String text) {
    String[] parts = text.split(":", 3);
    String third = parts.length < 3 ? "" : parts[2];
    String detail = third.isEmpty() ? "" : "<version>" + third + "</version>";
    if (third.startsWith("!")) {
      detail =
          "<exclusions><exclusion><groupId>org.springframework.boot</groupId><artifactId>"
              + third.substring(1)
              + "</artifactId></exclusion></exclusions>";
    }
    return "<dependency><groupId>%s</groupId><artifactId>%s</artifactId>%s</dependency>"
        .formatted(parts[0], parts[1], detail);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Starts an application in a separate process, with the options for a short start. */
  RunningApplication start(String name, String... arguments) throws IOException {
    return start(name, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), arguments);
  }

  /** Starts an application in a separate process, with the given options of the JVM. */
  RunningApplication start(String name, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-Xmx256m");
    command.addAll(options);
    command.add("-jar");
    command.add(directory.resolve(name).resolve("target/" + name + "-1.jar").toString());
    command.addAll(List.of(arguments));
    return new RunningApplication(new ProcessBuilder(command).redirectErrorStream(true).start());
  }
}
