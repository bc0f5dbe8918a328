package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Folders without published sources. Builds of other modules change some of them meanwhile. */
  private static final Set<String> SKIPPED =
      Set.of(".git", "target", "node_modules", "testing", "examples");

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

  private static List<Path> mainSources() throws IOException {
    MainSources sources = new MainSources();
    Files.walkFileTree(DocPage.root(), sources);
    return sources.found;
  }

  /** A walk through the repository that collects the main code of the published modules. */
  private static final class MainSources extends SimpleFileVisitor<Path> {

    private final List<Path> found = new ArrayList<>();

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return SKIPPED.contains(String.valueOf(folder.getFileName()))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.toString();
      if (name.contains("/src/main/java/") && name.endsWith(".java")) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // a build deleted it after its folder had been read
      }
      throw failure;
    }
  }
}
