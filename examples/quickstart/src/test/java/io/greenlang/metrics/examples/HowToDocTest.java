package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of the how-to pages unchanged, and a shell's part of one. */
@Timeout(180)
class HowToDocTest {

  @TempDir Path folder;

  @Test
  void measureDurations_histogram_isPublishedOnce() throws Exception {
    String snippet = snippets("measure-durations", 3).get(0);
    Object metrics =
        run(
            "MetricsHub hub = MetricsHub.create();\n"
                + snippet.replace("handle(request);", "")
                + "latency.record(7); hub.close(); return hub.stats().metrics();");
    assertThat(metrics).isEqualTo(1L);
  }

  @Test
  void measureDurations_derivedStatistics_areAccepted() throws Exception {
    String snippet = snippets("measure-durations", 3).get(1);
    Object stats = run(snippet + "hub.close(); return hub.stats().aggregatorFailures();");
    assertThat(stats).isEqualTo(0L);
  }

  @Test
  void measureDurations_source_returnsDistribution() throws Exception {
    String snippet = snippets("measure-durations", 3).get(2);
    Object metrics =
        run(
            snippet
                + """
                int before = source.collect().size();
                sizes.record(100);
                sizes.record(300);
                return before + " " + source.collect().iterator().next().value();
                """);
    assertThat(metrics).isEqualTo("0 200.0");
  }

  @Test
  void ownSource_gauge_isCollected() throws Exception {
    String snippet = snippets("own-source", 3).get(0);
    Object value =
        run(
            """
            AtomicInteger connections = new AtomicInteger(3);
            MetricsHub hub = MetricsHub.create();
            """
                + snippet
                + """
                collector.close();
                hub.close();
                return pool.collect().iterator().next().value();
                """);
    assertThat(value).isEqualTo(3.0);
  }

  @Test
  void ownSource_class_hasIntervalAndDemand() throws Exception {
    String snippet = snippets("own-source", 3).get(1);
    Object source =
        run(
            snippet
                + """
                MetricSource source = new HeapDumpSource();
                return source.name() + " " + source.interval() + " " + source.demandChannel();
                """);
    assertThat(source.toString()).contains("heap-dumps PT1M", "heap.metrics");
  }

  @Test
  void ownSource_description_isAccepted() throws Exception {
    String snippet = snippets("own-source", 3).get(2);
    Object hub =
        run(
            "MetricsHub hub = MetricsHub.create();\n"
                + snippet
                + "hub.close(); return hub.channels();");
    assertThat(hub.toString()).contains("pool.metrics");
  }

  @Test
  void ownMetricType_complete_isPublished() throws Exception {
    String statements = String.join("", snippets("own-metric-type", 3));
    Object stats = run(statements + "hub.close(); return hub.stats().metrics();");
    assertThat(stats).isEqualTo(1L);
  }

  @Test
  void jwt_issuer_issuesToken() throws Exception {
    String secret = "String secret = \"a secret of at least thirty-two bytes\";\n";
    Object token = run(secret + snippets("jwt", 3).get(0) + "return token;");
    assertThat(token.toString().split("\\.")).hasSize(3);
  }

  @Test
  void jwt_issuerForPublishing_namesChannels() throws Exception {
    String secret = "String secret = \"a secret of at least thirty-two bytes\";\n";
    Object token = run(secret + snippets("jwt", 3).get(1) + "return token;");
    String claims = token.toString().split("\\.", -1)[1];
    assertThat(new String(Base64.getUrlDecoder().decode(claims), UTF_8))
        .contains("\"publish\":[\"application.*\"]", "\"channels\":[]");
  }

  @Test
  void jwt_authenticator_buildsServer() throws Exception {
    String snippet = snippets("jwt", 3).get(2);
    Object server =
        run(
            """
            interface Directory {
              Principal lookUp(String token) throws AuthenticationException;
            }
            Directory directory = name -> null;
            MetricsHub hub = MetricsHub.create();
            """
                + "Object server = "
                + snippet
                + "hub.close(); return server;");
    assertThat(server).isInstanceOf(MetricsWebSocketServer.class);
  }

  @Test
  void revokeTokens_calls_areAccepted() throws Exception {
    String calls = String.join("", snippets("revoke-tokens", 3));
    Object count =
        run(
            """
            Instant expiry = Instant.now().plusSeconds(60);
            MetricsHub hub = MetricsHub.create();
            MetricsWebSocketServer server =
                MetricsWebSocketServer.builder(hub).allowAnonymous().build();
            """
                + calls
                + "hub.close(); return count;");
    assertThat(count).isEqualTo(0);
  }

  @Test
  void identityProvider_issuerAndAudience_buildServer() throws Exception {
    assertBuildsServer(snippets("identity-provider", 2).get(0));
  }

  @Test
  void identityProvider_severalParties_buildServer() throws Exception {
    assertBuildsServer(
        "String secret = \"a secret of at least thirty-two bytes\";\n"
            + snippets("identity-provider", 2).get(1));
  }

  @Test
  void identityProvider_shell_setsValidOptions() throws Exception {
    List<String> blocks = DocPage.blocks("docs/how-to/identity-provider.md", "sh");
    assertThat(blocks).hasSize(3);
    for (String block : blocks) {
      List<String> variables = variables(block);
      assertThat(variables).as(block).isNotEmpty();
      assertBuildsServer(variables);
    }
  }

  /** Runs a block in a shell, and returns the options that it exports as NAME=value. */
  private List<String> variables(String block) throws Exception {
    Process shell =
        new ProcessBuilder("bash", "-e", "-c", block + "env -0")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String environment = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(block).isZero();
    return Stream.of(environment.split("\0", -1)).filter(each -> each.startsWith("JWT_")).toList();
  }

  private static void assertBuildsServer(List<String> variables) {
    List<String> names = variables.stream().map(each -> each.split("=", 2)[0]).toList();
    try (MetricsHub hub = MetricsHub.create()) {
      for (String variable : variables) {
        String value =
            variable.split("=", 2)[1].replace("https://id.example", "http://127.0.0.1:1");
        System.setProperty(variable.split("=", 2)[0], value);
      }
      assertThat(MetricsWebSocketServer.builder(hub).build()).as("%s", names).isNotNull();
    } finally {
      names.forEach(System::clearProperty);
    }
  }

  /** Builds a server whose provider is a closed port of this machine. */
  private void assertBuildsServer(String snippet) throws Exception {
    String local = snippet.replace("https://id.example", "http://127.0.0.1:1");
    Object server =
        run("MetricsHub hub = MetricsHub.create();\n" + local + "hub.close(); return server;");
    assertThat(server).isInstanceOf(MetricsWebSocketServer.class);
  }

  @Test
  void tls_pemFiles_buildServer() throws Exception {
    Object encrypted =
        run(
            """
            MetricsHub hub = MetricsHub.create();
            String secret = "a secret of at least thirty-two bytes";
            """
                + snippets("tls", 1).get(0)
                + "hub.close(); return server.usesTls();");
    assertThat(encrypted).isEqualTo(true);
  }

  @Test
  void dashboard_builder_buildsServer() throws Exception {
    Object name =
        run(
            """
            MetricsHub hub = MetricsHub.create();
            String secret = "a secret of at least thirty-two bytes";
            """
                + snippets("dashboard", 2).get(0)
                + "server.close(); hub.close(); return orders.name();");
    assertThat(name).isEqualTo("Orders");
  }

  @Test
  void dashboard_event_isPublished() throws Exception {
    Object text =
        run(
            "MetricsHub hub = MetricsHub.create();\n"
                + snippets("dashboard", 2).get(1)
                + "hub.close(); return release.get(\"text\") + hub.stats().metrics();");
    assertThat(text).isEqualTo("Release 1.4.21");
  }

  private Object run(String statements) throws Exception {
    return DocPage.run(
        folder,
        statements,
        "io.greenlang.metrics.aggregate.*",
        "io.greenlang.metrics.collectors.*",
        "io.greenlang.metrics.subscription.NamePattern",
        "io.greenlang.metrics.websocket.dashboard.Dashboard",
        "io.greenlang.metrics.websocket.transport.TlsSettings",
        "java.io.*",
        "java.nio.ByteBuffer",
        "java.nio.file.*",
        "java.util.stream.Stream");
  }

  private static List<String> snippets(String page, int count) throws Exception {
    List<String> found = DocPage.snippets("docs/how-to/" + page + ".md");
    assertThat(found).hasSize(count);
    return found;
  }
}
