package io.greenlang.metrics.spring.boot.generated;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A local Maven repository with the modules of this build, as {@code mvn install} would leave them
 * in the user's. Maven copies everything else from the user's repository, or downloads it.
 */
final class ReactorRepository {

  private static final String VERSION = property("project.version");
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final List<String> MODULES =
      List.of(
          "greenlang-metrics-core",
          "greenlang-metrics-codec",
          "greenlang-metrics-ingest",
          "greenlang-metrics-websocket",
          "greenlang-metrics-netty",
          "greenlang-metrics-redis",
          "greenlang-metrics-collectors",
          "greenlang-metrics-dashboard",
          "integrations/greenlang-metrics-micrometer",
          "integrations/" + property("starter.artifact"));

  private final Path directory;
  private final Path settings;

  private ReactorRepository(Path directory) {
    this.directory = directory.resolve("repository");
    this.settings = directory.resolve("settings.xml");
  }

  /** Creates the repository below a directory, or replaces the modules of this build in it. */
  static ReactorRepository create(Path directory) throws IOException {
    ReactorRepository repository = new ReactorRepository(directory.toAbsolutePath());
    Files.createDirectories(repository.directory);
    Files.writeString(repository.settings, settings());
    repository.addPom("greenlang-metrics-parent", ROOT.resolve("pom.xml"));
    for (String module : MODULES) {
      Path folder = ROOT.resolve(module);
      String artifact = folder.getFileName().toString();
      repository.addPom(artifact, folder.resolve("pom.xml"));
      repository.addJar(artifact, folder.resolve("target/classes"));
    }
    return repository;
  }

  static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("the system property " + name + " of pom.xml is missing");
    }
    return value;
  }

  /** Returns settings that look into the user's repository before Maven Central. */
  private static String settings() {
    String repository =
        """
        <id>user</id>
        <url>%s</url>
        <releases><checksumPolicy>ignore</checksumPolicy></releases>
        <snapshots><enabled>false</enabled></snapshots>
        """
            .formatted(Path.of(property("maven.repository")).toUri());
    return """
        <settings>
          <profiles>
            <profile>
              <id>user</id>
              <repositories><repository>%1$s</repository></repositories>
              <pluginRepositories><pluginRepository>%1$s</pluginRepository></pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>user</activeProfile></activeProfiles>
        </settings>
        """
        .formatted(repository);
  }

  private Path file(String artifact, String extension) throws IOException {
    Path folder = directory.resolve("io/greenlang").resolve(artifact).resolve(VERSION);
    Files.createDirectories(folder);
    return folder.resolve(artifact + "-" + VERSION + extension);
  }

  private void addPom(String artifact, Path pom) throws IOException {
    Files.copy(pom, file(artifact, ".pom"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void addJar(String artifact, Path classes) throws IOException {
    try (OutputStream output = Files.newOutputStream(file(artifact, ".jar"));
        JarOutputStream jar = new JarOutputStream(output);
        Stream<Path> files = Files.walk(classes)) {
      files.filter(Files::isRegularFile).sorted().forEach(each -> add(jar, classes, each));
    }
  }

  private static void add(JarOutputStream jar, Path classes, Path file) {
    try {
      jar.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
      Files.copy(file, jar);
      jar.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs {@code mvn package} in the folder of a project, which has no tests. Maven compiles few
   * classes, so the optimizing compiler would cost more than it saves. It builds one module at a
   * time: the threads of Maven 3.8 do not lock the local repository, so two that download the same
   * file can fail.
   */
  void packageProject(Path project) throws IOException, InterruptedException {
    Path log = project.resolve("maven.log");
    ProcessBuilder maven =
        new ProcessBuilder(
                property("maven.home") + "/bin/mvn",
                "-B",
                "-ntp",
                "-U",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + directory,
                "-Dmaven.test.skip=true",
                "package")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    maven.environment().remove("MAVEN_ARGS");
    maven
        .environment()
        .merge(
            "MAVEN_OPTS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            (own, ours) -> own + " " + ours);
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int status = maven.start().waitFor();
    if (status != 0) {
      throw new AssertionError("mvn package failed:\n" + Files.readString(log));
    }
  }

  static String version() {
    return VERSION;
  }
}
