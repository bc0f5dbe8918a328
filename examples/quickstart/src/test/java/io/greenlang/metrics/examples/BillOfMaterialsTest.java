package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the BOM has all published modules, and their version. */
class BillOfMaterialsTest {

  private static final String BOM = "greenlang-metrics-bom";
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(greenlang-.*)</artifactId>");
  private static final Pattern MODULE = Pattern.compile("<module>(?:.*/)?(greenlang-.*)</module>");
  private static final Pattern VERSION = Pattern.compile("<version>(.*)</version>");

  @Test
  void dependencies_ofTheBom_areThePublishedModules() throws IOException {
    String modules = pom(".").split("<profiles>", 2)[0];

    assertThat(found(MODULE, modules)).contains(BOM);
    assertThat(found(ARTIFACT, pom(BOM)))
        .containsExactlyInAnyOrderElementsOf(found(MODULE, modules));
  }

  @Test
  void version_ofTheBom_isThatOfTheModules() throws IOException {
    assertThat(found(VERSION, pom(BOM)).get(0)).isEqualTo(found(VERSION, pom(".")).get(0));
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String pom(String folder) throws IOException {
    return Files.readString(DocPage.root().resolve(Path.of(folder, "pom.xml")));
  }
}
