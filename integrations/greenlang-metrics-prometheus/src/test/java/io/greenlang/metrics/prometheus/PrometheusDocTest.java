package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/prometheus.md. */
@Timeout(60)
class PrometheusDocTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.collectors.*", "io.greenlang.metrics.prometheus.*"
  };

  @TempDir Path folder;

  @Test
  void source_ofATarget_publishesItsSeries() throws Exception {
    try (TestTarget target = new TestTarget()) {
      target.answer(TestTarget.TEXT, "up 1\n");
      Object channels =
          DocPage.run(
              folder,
              "MetricsHub hub = MetricsHub.create();\n"
                  + snippets().get(0).replace("127.0.0.1:9100", target.uri().getAuthority())
                  + """
                  while (!hub.channels().toString().contains("prometheus.metrics")) {
                    Thread.onSpinWait();
                  }
                  collector.close();
                  hub.close();
                  return hub.channels();
                  """,
              IMPORTS);
      assertThat(channels.toString()).contains("prometheus.metrics");
    }
  }

  @Test
  void builder_withEachOption_builds() throws Exception {
    assertThat(DocPage.run(folder, snippets().get(1) + "return database.name();", IMPORTS))
        .isEqualTo("prometheus db-1.example.com:9187/metrics");
  }

  @Test
  void endpoint_observed_answersAScrape() throws Exception {
    Object samples =
        DocPage.run(
            folder,
            "MetricsHub hub = MetricsHub.create();\nString secret = \""
                + ContractTokens.SECRET
                + "\";\n"
                + snippets().get(2)
                + "PrometheusSource source = PrometheusSource.builder(java.net.URI.create("
                + "\"http://127.0.0.1:\" + server.port() + \"/metrics\"))"
                + ".bearerToken(\""
                + ContractTokens.valid()
                + "\").build();\n"
                + "int samples = source.collect().size(); server.close(); hub.close();"
                + " return samples;",
            IMPORTS);
    assertThat((Integer) samples).isGreaterThan(15);
  }

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/prometheus.md");
    assertThat(snippets).hasSize(3);
    return snippets;
  }
}
