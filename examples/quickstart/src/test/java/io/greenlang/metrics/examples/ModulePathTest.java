package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.RunningProgram;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts the quickstart as a Java module, as an application on the module path would. */
@Timeout(120)
class ModulePathTest {

  private static final String MODULE = "io.greenlang.metrics.examples.quickstart";

  /** Libraries that only tests need. */
  private static final Pattern TEST_LIBRARY =
      Pattern.compile("junit|opentest4j|apiguardian|assertj|byte-buddy|opentelemetry|test-classes");

  @Test
  void quickstart_onModulePath_servesDashboardAndHealth() throws Exception {
    try (RunningProgram quickstart =
        RunningProgram.start(
            "--module-path", modulePath(), "--module", MODULE + "/" + Quickstart.class.getName())) {
      assertThat(quickstart.get("/health")).contains("\"status\":\"UP\"");
      assertThat(quickstart.get("/")).contains("<html");
    }
  }

  private static String modulePath() {
    List<String> entries =
        Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
    return entries.stream()
        .filter(entry -> !TEST_LIBRARY.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
