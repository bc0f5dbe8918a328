package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that docs/modules.md names the packages of the modules and the scripts, and no others. */
class ModulesDocTest {

  private static final String PAGE = "docs/modules.md";
  private static final Pattern PACKAGE = Pattern.compile("`([a-z]\\w*(?:\\.[a-z]\\w*)*)`");

  @ParameterizedTest
  @CsvSource({
    "Core, greenlang-metrics-core, io/greenlang/metrics",
    "Websocket, greenlang-metrics-websocket, io/greenlang/metrics/websocket",
    "Netty, greenlang-metrics-netty, io/greenlang/metrics/netty",
    "Redis, greenlang-metrics-redis, io/greenlang/metrics/redis",
    "Collectors, greenlang-metrics-collectors, io/greenlang/metrics/collectors",
    "Prometheus, integrations/greenlang-metrics-prometheus, io/greenlang/metrics/prometheus",
    "Client, clients/greenlang-metrics-client, io/greenlang/metrics/client",
    "Spring Boot starters, integrations/greenlang-metrics-spring-boot-shared,"
        + " io/greenlang/metrics/spring/boot",
  })
  void layers_ofAModule_areItsPackages(String title, String module, String root)
      throws IOException {
    assertThat(namesIn(section("**" + title + ".**")))
        .isEqualTo(packages(module + "/src/main/java/" + root));
  }

  @Test
  void testkit_packages_areOnThePage() throws IOException {
    Set<String> documented = namesIn(line("| `io.greenlang.metrics.testkit` |"));
    documented.remove("io.greenlang.metrics.testkit");
    namesIn(section("Engine packages are named")).stream()
        .filter(name -> !name.contains("internal") && !name.equals("transport"))
        .forEach(part -> documented.add("transport." + part));

    assertThat(documented)
        .isEqualTo(
            packages(
                "testing/greenlang-metrics-testkit/src/main/java/io/greenlang/metrics/testkit"));
  }

  @Test
  void scripts_all_areOnThePage() throws IOException {
    String documented = line("| `scripts` |");
    try (Stream<Path> scripts = Files.list(DocPage.root().resolve("scripts"))) {
      assertThat(scripts.map(script -> String.valueOf(script.getFileName())))
          .filteredOn(script -> !script.contains("."))
          .isNotEmpty()
          .allMatch(script -> documented.contains("`" + script + "`"));
    }
  }

  /** Returns the packages below a folder, by their names relative to it. */
  private static Set<String> packages(String folder) throws IOException {
    Path root = DocPage.root().resolve(folder);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> root.relativize(file).toString().replace('/', '.'))
          .map(name -> name.replaceFirst("\\.?package-info\\.java$", ""))
          .filter(name -> !name.isEmpty())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> namesIn(String text) {
    return PACKAGE
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String section(String beginning) throws IOException {
    return paragraph(beginning, "\n\n");
  }

  private static String line(String beginning) throws IOException {
    return paragraph(beginning, "\n");
  }

  private static String paragraph(String beginning, String end) throws IOException {
    String page = Files.readString(DocPage.root().resolve(PAGE)) + end;
    int from = page.indexOf(beginning);
    assertThat(from).as("the position of \"%s\" in %s", beginning, PAGE).isNotNegative();
    return page.substring(from, page.indexOf(end, from));
  }
}
