package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the Java in docs/reference/metrics.md compiles and runs unchanged. */
@Timeout(180)
class CollectorsDocTest {

  private static final String BEFORE =
      """
      MetricsHub hub = MetricsHub.create();
      AtomicInteger connections = new AtomicInteger(3);
      ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newFixedThreadPool(1);
      List<Runnable> sections = List.of(() -> {});
      """;

  private static final String CLOSE_AND_RETURN_STATS =
      """

      String stats = collector.stats().toString();
      collector.close();
      return stats;
      """;

  private static final String AFTER =
      """
      List<String> result = new ArrayList<>();
      for (Metric metric : workflows.collect()) {
        result.add(metric.name() + "=" + metric.value());
      }
      collector.stats().sources().forEach(source -> result.add(source.name()));
      collector.close();
      executor.shutdownNow();
      hub.close();
      result.add(summary);
      return result;
      """;

  @TempDir Path folder;

  @Test
  void snippets_sourceAndRecorders_compileAndRun() throws Exception {
    List<String> snippets = DocPage.snippets("docs/reference/metrics.md");
    assertThat(snippets).hasSize(3);
    // Not started: the collector could take the samples that the assertion below needs.
    String collector = snippets.get(0).replace("collector.start();", "");
    String statements = BEFORE + collector + snippets.get(1) + AFTER;
    assertThat((List<?>) DocPage.run(folder, statements, "io.greenlang.metrics.collectors.*"))
        .asString()
        .contains("executions.successful=1.0", "pool", "queue-jobs", "in short");
  }

  @Test
  void collector_started_publishes() throws Exception {
    String statements =
        BEFORE
            + DocPage.snippets("docs/reference/metrics.md").get(0)
            + """
            long start = System.nanoTime();
            while (hub.stats().channels() < 6 || hub.stats().publications() < 6) {
              if (System.nanoTime() - start > 120_000_000_000L) {
                throw new IllegalStateException("published too little: " + hub.stats());
              }
              Thread.yield();
            }
            collector.close();
            executor.shutdownNow();
            return hub.channels().toString();
            """;
    assertThat(DocPage.run(folder, statements, "io.greenlang.metrics.collectors.*").toString())
        .contains("jvm.metrics", "pool.metrics", "system.metrics");
  }

  /** Not started, because no Redis runs at the page's address. */
  @Test
  void collector_redisUrl_isBuilt() throws Exception {
    String snippet = DocPage.snippets("docs/reference/metrics.md").get(2);
    String statements =
        "MetricCollector collector = " + snippet.replace(".start();", ";") + CLOSE_AND_RETURN_STATS;
    assertThat(DocPage.run(folder, statements, "io.greenlang.metrics.collectors.*").toString())
        .contains("name=system", "name=jvm", "name=distributed");
  }
}
