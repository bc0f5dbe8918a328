package io.greenlang.metrics.netty.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.client.HttpCalls;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Real proxies, each with the configuration of its page in {@code docs/how-to}. */
@Timeout(120)
final class ReverseProxyTest {

  /** The client's address, which differs from that of the proxy. */
  private static final String CLIENT = "127.0.0.2";

  @TempDir Path folder;

  private final MetricsHub hub = MetricsHub.create();
  private final List<AutoCloseable> resources = new ArrayList<>(List.of(hub));

  @AfterEach
  void close() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
  }

  private int serve(UnaryOperator<MetricsWebSocketServerBuilder> settings) {
    hub.addChannel(TransportFixture.CHANNEL);
    MetricsWebSocketServer server =
        settings
            .apply(MetricsWebSocketServer.builder(hub).jwtSecret(ContractTokens.SECRET))
            .trustedProxies(List.of("127.0.0.1"))
            .host("127.0.0.1")
            .port(0)
            .build();
    resources.add(server);
    server.start();
    return server.port();
  }

  private ReverseProxy start(Recipe recipe, String text, int port, String health)
      throws IOException {
    return start(recipe, text, port, URI.create("ws://127.0.0.1" + health));
  }

  /**
   * Starts a proxy.
   *
   * @param health the address without a port whose answer shows that the proxy forwards
   */
  private ReverseProxy start(Recipe recipe, String text, int port, URI health) throws IOException {
    ReverseProxy proxy = ReverseProxy.start(recipe.program, text, folder, port, health);
    resources.add(proxy);
    return proxy;
  }

  private RawWebSocket connect(ReverseProxy proxy, String path) {
    RawWebSocket client = RawWebSocket.connectFrom(CLIENT, proxy.url(path));
    resources.add(client);
    return client;
  }

  @ParameterizedTest
  @EnumSource(Recipe.class)
  void client_throughProxy_hasItsAddressAndReceivesMetrics(Recipe recipe) throws Exception {
    int port = serve(builder -> builder.proxyProtocol(recipe.usesProxyProtocol()));
    ReverseProxy proxy = start(recipe, recipe.text(), port, "/health");

    RawWebSocket client = connect(proxy, "/ws/metrics?token=" + ContractTokens.valid());
    client.upgrade("X-Forwarded-For: 198.51.100.1", "Forwarded: for=198.51.100.2");
    assertThat(client.nextMessage().text("client_id")).startsWith(CLIENT + ":");
    client.send(TransportFixture.subscribe(""));
    assertThat(client.nextMessage().type()).isEqualTo("subscribed");
    for (int i = 1; i <= 20; i++) {
      hub.publish(Metric.gauge(TransportFixture.CHANNEL, "n", i, Tags.empty()));
      assertThat(client.nextMessage().values("n")).as("not buffered").containsExactly((double) i);
    }

    RawWebSocket rejected = connect(proxy, "/ws/metrics?token=wrong");
    rejected.upgrade("Authorization: Basic dGVzdDp0ZXN0");
    assertThat(rejected.nextMessage().text("code")).isEqualTo("UNAUTHORIZED");
    assertThat(rejected.awaitCloseCode()).isEqualTo(4401);
  }

  @ParameterizedTest
  @EnumSource(Recipe.class)
  void eventsAndPublication_throughProxy_arriveOneByOne(Recipe recipe) throws Exception {
    int port =
        serve(builder -> builder.proxyProtocol(recipe.usesProxyProtocol()).httpPublishing(true));
    ReverseProxy proxy = start(recipe, recipe.text(), port, "/health");
    String token = ContractTokens.withClaims(",\"publish\":[\"*\"]");

    EventStreamClient events = events(proxy, token);
    for (int i = 1; i <= 20; i++) {
      hub.publish(Metric.gauge(TransportFixture.CHANNEL, "n", i, Tags.empty()));
      assertThat(events.next("message").message().values("n"))
          .as("not buffered")
          .containsExactly((double) i);
    }
    HttpResponse<String> published =
        HttpCalls.send(
            HttpCalls.request(proxy.url("/"), "/publish/" + TransportFixture.CHANNEL)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"n\":21}")));
    assertThat(published.body()).isEqualTo("{\"accepted\":1,\"rejected\":0}");
    assertThat(events.next("message").message().values("n")).containsExactly(21.0);
  }

  private EventStreamClient events(ReverseProxy proxy, String token) {
    String url = HttpCalls.origin(proxy.url("/")) + "/sse/metrics?channels=";
    EventStreamClient events =
        EventStreamClient.open(
            URI.create(url + TransportFixture.CHANNEL), "Authorization", "Bearer " + token);
    resources.add(events);
    events.next("welcome");
    events.next("subscribed");
    return events;
  }

  @ParameterizedTest
  @EnumSource(Recipe.class)
  void limit_perMinute_concernsClientsAndNotTheProxy(Recipe recipe) throws Exception {
    int port =
        serve(
            builder ->
                builder.proxyProtocol(recipe.usesProxyProtocol()).maxConnectionsPerMinute(1));
    ReverseProxy proxy = start(recipe, recipe.text(), port, "/health");
    String path = "/ws/metrics?token=" + ContractTokens.valid();

    assertThat(connect(proxy, path).handshake().status()).isEqualTo(101);
    assertThat(connect(proxy, path).handshake().status()).isEqualTo(429);
    RawWebSocket other = RawWebSocket.connectFrom("127.0.0.3", proxy.url(path));
    resources.add(other);
    assertThat(other.handshake().status()).isEqualTo(101);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NGINX_STREAM", "HAPROXY_TCP"})
  void path_thatTheProxyKeeps_isTheServersBasePath(Recipe recipe) throws Exception {
    int port = serve(builder -> builder.basePath("/live"));
    assertServesBelowPath(start(recipe, recipe.keepingPrefix(), port, "/live/health"));
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NGINX_STREAM", "HAPROXY_TCP"})
  void path_thatTheProxyRemoves_needsNoBasePath(Recipe recipe) throws Exception {
    int port = serve(builder -> builder);
    assertServesBelowPath(start(recipe, recipe.removingPrefix(), port, "/live/health"));
  }

  private void assertServesBelowPath(ReverseProxy proxy) {
    RawWebSocket client = connect(proxy, "/live/ws/metrics?token=" + ContractTokens.valid());
    client.upgrade();
    assertThat(client.nextMessage().text("client_id")).startsWith(CLIENT + ":");
    assertThat(connect(proxy, "/live/health").request("GET /live/health").body())
        .contains("\"status\":\"UP\"");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NGINX_STREAM", "HAPROXY_TCP"})
  void tls_thatTheProxyEnds_reachesTheServerWithTheClientsAddress(Recipe recipe) throws Exception {
    TestCertificate certificate = TestCertificate.create().writePem(folder);
    Files.writeString(
        folder.resolve("site.pem"), certificate.certificatePem() + certificate.keyPem());
    int port = serve(builder -> builder);
    ReverseProxy proxy =
        start(recipe, recipe.withTls(folder), port, URI.create("wss://127.0.0.1/health"));

    RawWebSocket client = connect(proxy, "/ws/metrics?token=" + ContractTokens.valid());
    client.upgrade();
    assertThat(client.nextMessage().text("client_id")).startsWith(CLIENT + ":");
    client.send(TransportFixture.subscribe(""));
    assertThat(client.nextMessage().type()).isEqualTo("subscribed");
    hub.publish(Metric.gauge(TransportFixture.CHANNEL, "n", 1, Tags.empty()));
    assertThat(client.nextMessage().values("n")).containsExactly(1.0);
  }

  /** A proxy that sends nothing for longer than its timeout is the most frequent mistake. */
  @Test
  void recipes_timeoutsOfSilence_areThreeHeartbeats() throws IOException {
    assertThat(Stream.of(Recipe.values()).filter(recipe -> recipe != Recipe.CADDY))
        .allSatisfy(recipe -> assertThat(recipe.text()).containsPattern("(?i)time_?out.* 90s?;?"));
  }
}
