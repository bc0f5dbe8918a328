package io.greenlang.metrics.netty.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.netty.proxy.ReverseProxy.Program;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real proxies, each with the configuration of its page in {@code docs/how-to}. */
@Timeout(120)
final class ReverseProxyTest {

  /** The client's address, which differs from that of the proxy. */
  private static final String CLIENT = "127.0.0.2";

  private static final Path PAGES = Path.of("../docs/how-to");

  @TempDir Path folder;

  private final MetricsHub hub = MetricsHub.create();
  private final List<AutoCloseable> resources = new ArrayList<>(List.of(hub));

  /** The recipes, by page and number of the block. */
  private enum Recipe {
    NGINX(Program.NGINX, "nginx", 0),
    NGINX_STREAM(Program.NGINX, "nginx", 1),
    HAPROXY(Program.HAPROXY, "haproxy", 0),
    HAPROXY_TCP(Program.HAPROXY, "haproxy", 1),
    APACHE(Program.APACHE, "apache", 0),
    CADDY(Program.CADDY, "caddy", 0);

    private final Program program;
    private final String page;
    private final int block;

    Recipe(Program program, String page, int block) {
      this.program = program;
      this.page = page;
      this.block = block;
    }

    private boolean proxyProtocol() {
      return block == 1;
    }

    private String text() throws IOException {
      String language = this == CADDY ? "caddyfile" : page;
      Matcher blocks =
          Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
              .matcher(Files.readString(PAGES.resolve(page + ".md")));
      return blocks.results().skip(block).findFirst().orElseThrow().group(1);
    }
  }

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
    int port = serve(builder -> builder.proxyProtocol(recipe.proxyProtocol()));
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
  void limit_perMinute_concernsClientsAndNotTheProxy(Recipe recipe) throws Exception {
    int port =
        serve(builder -> builder.proxyProtocol(recipe.proxyProtocol()).maxConnectionsPerMinute(1));
    ReverseProxy proxy = start(recipe, recipe.text(), port, "/health");
    String path = "/ws/metrics?token=" + ContractTokens.valid();

    assertThat(connect(proxy, path).handshake().status()).isEqualTo(101);
    assertThat(connect(proxy, path).handshake().status()).isEqualTo(429);
    RawWebSocket other = RawWebSocket.connectFrom("127.0.0.3", proxy.url(path));
    resources.add(other);
    assertThat(other.handshake().status()).isEqualTo(101);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void basePath_behindNginx_isServedOrRemovedByTheProxy(boolean removed) throws Exception {
    int port = serve(builder -> removed ? builder : builder.basePath("/live"));
    String text = Recipe.NGINX.text().replace("location / {", "location /live/ {");
    if (removed) {
      text = text.replace("proxy_pass http://greenlang;", "proxy_pass http://greenlang/;");
    }
    ReverseProxy proxy = start(Recipe.NGINX, text, port, "/live/health");

    RawWebSocket client = connect(proxy, "/live/ws/metrics?token=" + ContractTokens.valid());
    client.upgrade();
    assertThat(client.nextMessage().text("client_id")).startsWith(CLIENT + ":");
  }

  /** A proxy that sends nothing for longer than its timeout is the most frequent mistake. */
  @Test
  void recipes_timeoutsOfSilence_areThreeHeartbeats() throws IOException {
    assertThat(Stream.of(Recipe.values()).filter(recipe -> recipe != Recipe.CADDY))
        .allSatisfy(recipe -> assertThat(recipe.text()).containsPattern("(?i)time_?out.* 90s?;?"));
  }
}
