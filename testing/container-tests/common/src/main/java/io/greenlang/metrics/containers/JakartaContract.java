package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.RawWebSocketFrame;
import io.greenlang.metrics.testkit.TransportContract;
import io.greenlang.metrics.testkit.TransportRig;
import io.greenlang.metrics.testkit.TransportServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of a transport, and what is a container's alone. */
public abstract class JakartaContract extends TransportContract {

  @Test
  final void dashboard_inTheHost_isServed() throws IOException, InterruptedException {
    TransportServer server = rig().serve();
    String host = "http://" + server.url().getAuthority() + "/greenlang-metrics/";
    HttpResponse<String> page = get(host + "index.html");
    assertThat(Integer.toString(page.statusCode()))
        .isEqualTo(rig().expected("a file in a jar", "200"));
    if (page.statusCode() == 404) {
      return; // this container serves no files
    }
    assertThat(page.body()).contains("<html");
    HttpResponse<String> script = get(host + "app.js");
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.headers().firstValue("Content-Type").orElse("none")).contains("javascript");
  }

  /** Tomcat would make fragments of what it gets as a string. */
  @Test
  final void message_ofMoreThan8KiB_isOneFrame() {
    rig().serve();
    RawWebSocket client = rig().raw();
    client.ask(TransportRig.subscribe(",\"batch\":true"), "subscribed");
    rig()
        .hub()
        .publish(
            IntStream.range(0, 200)
                .mapToObj(i -> Metric.gauge(TransportRig.CHANNEL, "größe." + i, i, Tags.empty()))
                .toList());
    RawWebSocketFrame frame = Objects.requireNonNull(client.frame());
    assertThat(frame.opcode()).isEqualTo(RawWebSocketFrame.TEXT);
    assertThat(frame.fin()).isTrue();
    assertThat(frame.payload()).hasSizeGreaterThan(16 * 1024);
    assertThat(frame.message().values("größe.199")).containsExactly(199.0);
  }

  /** Whether or not the application has stopped the server before. */
  @Test
  final void undeploy_serverIsRunning_clientsAreTold() throws Exception {
    ContainerServer server = (ContainerServer) rig().serve();
    RawWebSocket client = rig().raw();
    client.ask(TransportRig.subscribe(""), "subscribed");
    server.undeploy();
    int code = client.closeCode();
    assertThat(code == 1006 ? "ends" : "close " + code)
        .isEqualTo(rig().expected("an application that is undeployed", "close 1001"));
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What this container answers in a way of its own is what the documentation says of it. */
  @Test
  final void ownAnswers_andTheTable_agree() throws IOException {
    String container = getClass().getSimpleName().replace("Test", "");
    assertThat(AnswersTable.read(Path.of("../../../docs/embedding.md")).of(container))
        .isEqualTo(ownAnswers());
  }
}
