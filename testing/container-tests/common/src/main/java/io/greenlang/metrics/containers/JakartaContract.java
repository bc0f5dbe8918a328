package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.TransportContract;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.fixture.OutcomeTable;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transport contract plus the requirements that apply only to Jakarta containers. */
public abstract class JakartaContract extends TransportContract {

  private static final String HEADERS =
      """
      Host: 127.0.0.1
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """;

  @Test
  final void dashboard_inContainer_isServed() throws IOException, InterruptedException {
    ContractServer server = fixture().serve();
    String baseUrl = "http://" + server.url().getAuthority() + "/greenlang-metrics/";
    HttpResponse<String> page = get(baseUrl + "index.html");
    assertThat(Integer.toString(page.statusCode()))
        .isEqualTo(fixture().expectedOutcome("a file in a jar", "200"));
    if (page.statusCode() == 404) {
      return; // this container serves no files
    }
    assertThat(page.body()).contains("<html");
    HttpResponse<String> script = get(baseUrl + "app.js");
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.headers().firstValue("Content-Type").orElse("none")).contains("javascript");
  }

  /** Tomcat would fragment a message that it received as a string. */
  @Test
  final void message_over8KiB_isSingleFrame() {
    fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.ask(TransportFixture.subscribe(",\"batch\":true"), "subscribed");
    fixture()
        .hub()
        .publish(
            IntStream.range(0, 200)
                .mapToObj(
                    i -> Metric.gauge(TransportFixture.CHANNEL, "größe." + i, i, Tags.empty()))
                .toList());
    RawWebSocketFrame frame = Objects.requireNonNull(client.nextFrame());
    assertThat(frame.opcode()).isEqualTo(RawWebSocketFrame.TEXT);
    assertThat(frame.fin()).isTrue();
    assertThat(frame.payload()).hasSizeGreaterThan(16 * 1024);
    assertThat(frame.message().values("größe.199")).containsExactly(199.0);
  }

  /** Clients must be notified even if the application did not stop the server first. */
  @Test
  final void undeploy_serverRunning_closesClients() throws Exception {
    ContainerServer server = (ContainerServer) fixture().serve();
    RawWebSocket client = fixture().connectRaw();
    client.ask(TransportFixture.subscribe(""), "subscribed");
    server.undeploy();
    int code = client.awaitCloseCode();
    assertThat(code == 1006 ? "ends" : "close " + code)
        .isEqualTo(fixture().expectedOutcome("an application that is undeployed", "close 1001"));
  }

  /** A thread that outlives its application would retain the application's class loader. */
  @Test
  final void undeploy_serverStopped_leavesNoThread() throws Exception {
    ContainerServer server = (ContainerServer) fixture().serve();
    fixture().connectRaw().ask(TransportFixture.subscribe(""), "subscribed");
    assertThat(threadNames()).anyMatch(JakartaContract::isOwn);
    server.stop();
    server.undeploy();
    ResourceUsage.await(() -> threadNames().stream().noneMatch(JakartaContract::isOwn));
  }

  /** The other threads are those of the hub, which the application closes. */
  private static boolean isOwn(String thread) {
    return thread.startsWith("greenlang-") && !thread.startsWith("greenlang-hub");
  }

  private static List<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  /** Strangers must not be able to fill the application's log with errors. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "?=x",
        "?=",
        "?&=&",
        "?a=%zz",
        "?%",
        "?a=%ff",
        "?=x&token=y",
        "MANY",
        ": ;",
        ": =",
        ": x;=",
        ": x;y=\"",
        ": a b",
        ": x;y=z=w",
        ": \"",
        ": x;;"
      })
  final void handshake_malformed_isRejectedWithoutAnError(String part) {
    String target =
        part.startsWith("?") ? part : part.equals("MANY") ? "?a" + "&a".repeat(1100) : "";
    String extensions = part.startsWith(":") ? "Sec-WebSocket-Extensions" + part + "\n" : "";
    requireRejected("GET /ws/metrics" + target + " HTTP/1.1\n" + HEADERS + extensions);
  }

  @Test
  final void handshake_http10_isRejectedWithoutAnError() {
    requireRejected("GET /ws/metrics HTTP/1.0\n" + HEADERS);
  }

  @Test
  final void handshake_quotedSubprotocol_isRejectedWithoutAnError() {
    requireRejected("GET /ws/metrics HTTP/1.1\n" + HEADERS + "Sec-WebSocket-Protocol: a, \"\n");
  }

  private void requireRejected(String request) {
    fixture().serve();
    RawWebSocket client = fixture().connectTcp();
    String log =
        ConnectionLog.capture(
            () ->
                assertThat(Integer.toString(statusOf(client, request)))
                    .matches(
                        ConnectionOutcome.pattern(
                            fixture().expectedOutcome("a malformed handshake", "400"))));
    assertThat(log.lines().filter(line -> line.contains(" io.greenlang.")))
        .noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x,,y",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=\"10\", x-other"
      })
  final void handshake_extensionsWellFormed_isAccepted(String extensions) {
    fixture().serve();
    String request =
        "GET /ws/metrics?a&b=%C3%A9&c= HTTP/1.1\n"
            + HEADERS
            + ("Sec-WebSocket-Extensions: " + extensions + "\n");
    assertThat(statusOf(fixture().connectTcp(), request)).isEqualTo(101);
  }

  private static int statusOf(RawWebSocket client, String request) {
    client.send((request + "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return client.nextResponse(false).status();
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public final String conformanceColumn() {
    return containerName();
  }

  /** The declared outcomes of this container must match the documentation. */
  @Test
  final void outcomeOverrides_thisContainer_matchDocumentation() {
    assertThat(OutcomeTable.readSituations().outcomesOf(containerName()))
        .isEqualTo(outcomeOverrides());
  }

  private String containerName() {
    return getClass().getSimpleName().replace("Test", "");
  }
}
