package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that docs/concepts/threads.md names the threads of the main code, and no others. */
class ThreadsDocTest {

  /** The call that creates threads, and the literal with their name or the prefix of it. */
  private static final Pattern CREATION =
      Pattern.compile(
          "(?:NamedThreads\\.\\w+|new Thread|new DefaultThreadFactory|\\bpool)\\("
              + "[^;\"]*\"([a-z]+(?:-[a-z]+)*)-?\"");

  private static final Pattern DOCUMENTED =
      Pattern.compile("`((?:greenlang|metric-collector|jfr|jmx)(?:-[a-z]+)*)(?:-[*])?`");

  /** A thread that never runs. */
  private static final String MARKER = "jfr-source-marker";

  @Test
  void threads_ofTheMainCode_areOnThePageAndNoOthers() throws IOException {
    String page = Files.readString(DocPage.root().resolve("docs/concepts/threads.md"));
    Set<String> documented = new TreeSet<>();
    addNames(DOCUMENTED.matcher(page), documented);

    Set<String> created = new TreeSet<>();
    for (Path file : mainSources()) {
      addNames(CREATION.matcher(Files.readString(file)), created);
    }
    created.remove(MARKER);
    assertThat(documented).isEqualTo(created);
  }

  private static void addNames(Matcher matcher, Set<String> names) {
    matcher.results().forEach(match -> names.add(match.group(1)));
  }

  private static Iterable<Path> mainSources() throws IOException {
    try (Stream<Path> files =
        Files.find(
            DocPage.root(),
            20,
            (file, attributes) ->
                file.toString().contains("/src/main/java/")
                    && file.toString().endsWith(".java")
                    && isPublished(DocPage.root().relativize(file)))) {
      return files.toList();
    }
  }

  private static boolean isPublished(Path file) {
    return !file.startsWith("testing") && !file.startsWith("examples");
  }
}
