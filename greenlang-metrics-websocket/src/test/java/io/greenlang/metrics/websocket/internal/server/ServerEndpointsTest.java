package io.greenlang.metrics.websocket.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.CapturedLog;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.RecordingTransport;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests endpoints whose form of a rejection fails. */
class ServerEndpointsTest {

  private record Endpoint(UnaryOperator<HttpReply> rejections) implements HttpEndpoint {

    @Override
    public String path() {
      return "/orders";
    }

    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }

    @Override
    public HttpReply rejection(HttpCall head, HttpReply rejection) {
      return rejections.apply(rejection);
    }

    @Override
    public HttpReply handle(HttpCall call) {
      return HttpReply.text(200, "orders");
    }
  }

  private final MetricsHub hub = MetricsHub.create();
  private final RecordingTransport transport = new RecordingTransport();
  private final MetricsWebSocketServerBuilder builder =
      MetricsWebSocketServer.builder(hub)
          .transport(transport)
          .jwtSecret("0123456789abcdef0123456789abcdef");

  @AfterEach
  void stop() {
    hub.close();
  }

  /** Returns the answer to calls without a token, of which one per minute passes the limit. */
  private List<HttpReply> reject(UnaryOperator<HttpReply> rejections) throws Exception {
    HttpEndpoint endpoint = new Endpoint(rejections);
    try (MetricsWebSocketServer server =
        builder.endpoint(endpoint).maxConnectionsPerMinute(1).build()) {
      server.start();
      HttpEndpoints endpoints = Objects.requireNonNull(transport.context().httpEndpoints());
      HttpCall head = HttpCall.of("GET", null, Map.of(), "192.0.2.1");
      List<HttpReply> replies =
          List.of(rejection(endpoints, endpoint, head), rejection(endpoints, endpoint, head));
      assertThat(replies).extracting(HttpReply::status).containsExactly(401, 429);
      assertThat(server.stats().errors()).isEqualTo(2);
      return replies;
    }
  }

  private static HttpReply rejection(
      HttpEndpoints endpoints, HttpEndpoint endpoint, HttpCall head) {
    return Objects.requireNonNull(
        endpoints.admit(endpoint, head).toCompletableFuture().join().rejection(), "was admitted");
  }

  @Test
  void admit_rejectionThrows_answersWithServersRejectionAndLogs() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      List<HttpReply> replies =
          reject(
              rejection -> {
                throw new IllegalStateException("on purpose");
              });
      assertThat(replies.get(1).headers()).containsKey("Retry-After");
      assertThat(log.text()).contains("HTTP endpoint /orders failed to reject a call");
    }
  }

  /** A call without a rejection is admitted, so null must not count as none. */
  @Test
  @SuppressWarnings("NullAway") // simulates an application without null checks
  void admit_rejectionIsNull_isNotAdmitted() throws Exception {
    assertThat(reject(rejection -> null)).hasSize(2);
  }
}
