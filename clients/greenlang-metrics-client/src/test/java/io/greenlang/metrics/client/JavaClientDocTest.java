package io.greenlang.metrics.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs the Java of docs/how-to/java-client.md. Only the port and the channel of the
 * address are those of the test.
 */
@Timeout(120)
class JavaClientDocTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.client.*",
    "io.greenlang.metrics.client.model.*",
    "io.greenlang.metrics.client.model.Interval",
    "io.greenlang.metrics.client.model.Metric",
    "java.net.ProxySelector",
    "java.net.http.HttpClient"
  };

  @TempDir Path folder;

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void subscribe_sixLines_receiveMetrics() throws Exception {
    serve();
    fixture.publish("system.metrics", "cpu.percent", 42);
    Object value =
        run(
            token()
                + snippet(0)
                + """
                CompletableFuture<Double> first = new CompletableFuture<>();
                client.onMetric("*", metric -> first.complete(metric.value()));
                client.subscribe(MetricSubscription.of("system.metrics").metrics("cpu.*").latest());
                """
                + connected()
                + "try { return first.get(60, TimeUnit.SECONDS); } finally { client.close(); }");
    assertThat(value).isEqualTo(42.0);
    assertThat(snippet(0).lines()).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void subscribe_distributions_areConfirmed() throws Exception {
    serve();
    Object channels =
        run(
            client()
                + snippet(1)
                + connected()
                + "try { return client.subscriptions().size(); } finally { client.close(); }");
    assertThat(channels).isEqualTo(1);
  }

  @Test
  void tokenSupplier_ofThePage_connects() throws Exception {
    serve();
    Object state =
        run(
            """
            interface Issuer {
              String issue(String subject);
            }
            """
                + "Issuer issuer = subject -> \""
                + ContractTokens.valid()
                + "\";\n"
                + snippet(2)
                + connected()
                + "try { return client.state().name(); } finally { client.close(); }");
    assertThat(state).isEqualTo("CONNECTED");
  }

  @Test
  void listeners_ofThePage_areRegistered() throws Exception {
    serve();
    Object state =
        run(
            client()
                + snippet(3)
                + connected()
                + "try { return client.state().name(); } finally { client.close(); }");
    assertThat(state).isEqualTo("CONNECTED");
  }

  @Test
  void history_ofThePage_isLoaded() throws Exception {
    serve();
    Object size =
        run(
            client()
                + connected()
                + snippet(4)
                + "try { return metrics.size() + \" \" + next.isPresent(); }"
                + " finally { client.close(); }");
    assertThat(size).isEqualTo("0 false");
  }

  @Test
  void flow_ofThePage_ends() throws Exception {
    serve();
    Object state =
        run(client() + snippet(5) + connected() + "client.close(); return client.state().name();");
    assertThat(state).isEqualTo("CLOSED");
  }

  @Test
  void httpClient_ofThePage_isAccepted() throws Exception {
    Object state = run(snippet(6) + "client.close(); return client.state().name();");
    assertThat(state).isEqualTo("CLOSED");
  }

  /** Starts a server with the channels of the page. */
  private void serve() {
    fixture.hub().addChannel("system.metrics");
    fixture.hub().addChannel("workflow.metrics");
    fixture.serve(builder -> builder.jwtSecret(ContractTokens.SECRET));
  }

  private static String token() {
    return "String token = \"" + ContractTokens.valid() + "\";\n";
  }

  private static String client() {
    return token()
        + "MetricsClient client ="
        + " MetricsClient.builder(\"ws://localhost:8000/ws/metrics\").token(token).build();\n";
  }

  private static String connected() {
    return "client.connect(); client.ready().get(60, TimeUnit.SECONDS);\n";
  }

  private static String snippet(int index) throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/java-client.md");
    assertThat(snippets).hasSize(7);
    return snippets.get(index);
  }

  private Object run(String statements) throws Exception {
    String local =
        fixture.isServing()
            ? statements.replace("ws://localhost:8000/ws/metrics", fixture.url())
            : statements;
    return DocPage.run(folder, local, IMPORTS);
  }
}
