package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.HandmadeJwt;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.server.ServerOptions;
import io.greenlang.metrics.websocket.transport.TransportContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Configuration by builder and by variable. System properties take the place of the environment.
 */
class ServerBuilderTest {

  private static final List<String> VARIABLES =
      ServerOptions.all().stream().filter(Option::isInEnvironment).map(Option::name).toList();

  private final MetricsHub hub = MetricsHub.create();
  private final RecordingTransport transport = new RecordingTransport();

  @AfterEach
  void clear() {
    VARIABLES.forEach(System::clearProperty);
    hub.close();
  }

  private MetricsWebSocketServerBuilder anonymous() {
    return MetricsWebSocketServer.builder(hub).transport(transport).allowAnonymous();
  }

  private TransportContext started(MetricsWebSocketServerBuilder builder) {
    try (MetricsWebSocketServer server = builder.build()) {
      server.start();
      return transport.context();
    }
  }

  @Test
  void build_noHubAndNoRedisUrl_messageNamesBothOptions() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MetricsWebSocketServer.builder().allowAnonymous().build())
        .withMessageContaining("REDIS_URL")
        .withMessageContaining("builder(hub)");
  }

  @Test
  void build_redisModuleMissing_messageNamesDependency() {
    System.setProperty("REDIS_URL", "redis://:secret@cache:6379");
    assertThatIllegalStateException()
        .isThrownBy(() -> MetricsWebSocketServer.builder().allowAnonymous().build())
        .withMessageContaining("io.greenlang:greenlang-metrics-redis")
        .withMessageNotContaining("secret");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                MetricsWebSocketServer.builder()
                    .redisUrl("http://:secret@cache")
                    .allowAnonymous()
                    .build())
        .withMessageContaining("REDIS_URL")
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/metrics, POST, 1000,     ''",
    "/health,     GET,  0,        the server's health",
    "/ws/metrics, GET,  0,        WS_PATH",
    "/taken,      GET,  0,        same path /taken",
    "/,           GET,  0,        must begin with /",
    "v1,          GET,  0,        must begin with /",
    "/a%41,       GET,  0,        must begin with /",
    "/a b,        GET,  0,        must begin with /",
    "/a,          get,  0,        in capitals",
    "/a,          GET,  -1,       maxBodyBytes -1",
    "/a,          GET,  16777217, 0 to 16777216",
  })
  void endpoint_pathMethodOrLimit_mustBeValidAndFree(
      String path, String method, int maxBodyBytes, String problem) {
    MetricsWebSocketServerBuilder builder =
        anonymous()
            .endpoint(new TestEndpoint("/taken", "GET", 0))
            .endpoint(new TestEndpoint(path, method, maxBodyBytes));
    if (problem.isEmpty()) {
      assertThat(started(builder).httpEndpoints()).isNotNull();
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(builder::build)
          .withMessageContaining("TestEndpoint")
          .withMessageContaining(problem);
    }
  }

  private record TestEndpoint(String path, String method, int maxBodyBytes)
      implements HttpEndpoint {

    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public HttpReply handle(HttpCall call) {
      return HttpReply.text(200, "never called");
    }
  }

  @Test
  void redisUrl_withHub_rejected() {
    assertThatIllegalStateException()
        .isThrownBy(() -> anonymous().redisUrl("redis://localhost"))
        .withMessageContaining("MetricsHub.builder()");
  }

  @Test
  void build_nothingSet_usesDefaults() {
    TransportContext context = started(anonymous());

    assertThat(context.host()).isEqualTo("0.0.0.0");
    assertThat(context.port()).isEqualTo(8000);
    assertThat(context.path()).isEqualTo("/ws/metrics");
    assertThat(context.maxMessageBytes()).isEqualTo(64 * 1024);
  }

  @Test
  void build_variablesSet_overrideDefaults() {
    System.setProperty("WS_HOST", "127.0.0.1");
    System.setProperty("WS_PORT", " 9000 ");
    System.setProperty("WS_PATH", "/live");
    System.setProperty("WS_MAX_MESSAGE_SIZE", "1024");

    TransportContext context = started(anonymous());

    assertThat(context.host()).isEqualTo("127.0.0.1");
    assertThat(context.port()).isEqualTo(9000);
    assertThat(context.path()).isEqualTo("/live");
    assertThat(context.maxMessageBytes()).isEqualTo(1024);
  }

  @Test
  void build_builderValues_overrideVariables() {
    System.setProperty("WS_HOST", "127.0.0.1");
    System.setProperty("WS_PORT", "no number");
    System.setProperty("WS_PATH", "no path");
    System.setProperty("WS_HEARTBEAT_INTERVAL", "no number");
    System.setProperty("WS_ALLOWED_ORIGINS", "no origin");

    TransportContext context =
        started(
            anonymous()
                .host("localhost")
                .port(0)
                .path("/")
                .heartbeatInterval(Duration.ofSeconds(1))
                .allowedOrigins(List.of("https://example.com")));

    assertThat(context.host()).isEqualTo("localhost");
    assertThat(context.port()).isZero();
    assertThat(context.path()).isEqualTo("/");
  }

  @Test
  void build_blankVariables_areIgnored() {
    VARIABLES.forEach(variable -> System.setProperty(variable, " "));

    assertThat(started(anonymous()).port()).isEqualTo(8000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WS_PORT               | eighty            | whole number from 0 to 65535",
        "WS_PORT               | 8000.5            | whole number from 0 to 65535",
        "WS_PORT               | -1                | whole number from 0 to 65535",
        "WS_PORT               | 65536             | whole number from 0 to 65535",
        "WS_PORT               | 99999999999       | whole number from 0 to 65535",
        "WS_HEARTBEAT_INTERVAL | 0                 | whole number of seconds from 1 to 3600",
        "WS_HEARTBEAT_INTERVAL | 3601              | whole number of seconds from 1 to 3600",
        "WS_HEARTBEAT_INTERVAL | 30s               | whole number of seconds from 1 to 3600",
        "WS_MAX_MESSAGE_SIZE   | 1023              | whole number from 1024 to 65536",
        "WS_MAX_MESSAGE_SIZE   | 65537             | whole number from 1024 to 65536",
        "RATE_LIMIT_MAX_MESSAGES_PER_MINUTE | -1 | whole number from 0 to 10000000",
        "RATE_LIMIT_MAX_MESSAGES_PER_MINUTE | 10000001 | whole number from 0 to 10000000",
        "RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE | many | whole number from 0 to 10000000",
        "RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND | 0.5 | whole number from 0 to 100000",
        "WS_DRAIN_TIME         | 601               | whole number of seconds from 0 to 600",
        "WS_PATH               | ws/metrics        | a path that begins with /",
        "WS_PATH               | /a b              | letters, digits and . _ ~ - / only",
        "WS_PATH               | /ws?x=1           | letters, digits and . _ ~ - / only",
        "WS_ALLOWED_ORIGINS    | example.com       | a scheme, a host and an optional port",
        "WS_ALLOWED_ORIGINS    | *                 | a scheme, a host and an optional port",
        "WS_ALLOWED_ORIGINS    | https://a.com/    | a scheme, a host and an optional port"
      })
  void build_invalidVariable_messageNamesItsValueAndRange(
      String variable, String value, String allowed) {
    System.setProperty(variable, value);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().build())
        .withMessageContaining(variable)
        .withMessageContaining(value)
        .withMessageContaining(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "RS256", "hs256"})
  void build_unsupportedAlgorithm_messageNamesItAndAlternatives(String algorithm) {
    System.setProperty("JWT_SECRET_KEY", HandmadeJwt.SECRET);
    System.setProperty("JWT_ALGORITHM", algorithm);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsWebSocketServer.builder(hub).build())
        .withMessageContaining("JWT_ALGORITHM=" + algorithm)
        .withMessageContaining("HS256, HS384 or HS512");
  }

  @Test
  void build_shortSecret_messageNamesVariableButNotSecret() {
    System.setProperty("JWT_SECRET_KEY", "your-secret-key");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsWebSocketServer.builder(hub).build())
        .withMessageContaining("JWT_SECRET_KEY")
        .withMessageContaining("needs at least 32")
        .withMessageNotContaining("your-secret-key");
  }

  @Test
  void build_noKey_messageNamesOptions() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MetricsWebSocketServer.builder(hub).build())
        .withMessage(
            "no key to validate tokens: set JWT_SECRET_KEY, JWT_PUBLIC_KEYS, JWT_JWKS_URL or"
                + " JWT_DISCOVERY_ISSUERS, or call jwtSecret(...) or authenticator(...) on the"
                + " builder, or allowAnonymous() to accept all clients");
  }

  @Test
  void build_keyFromVariableBuilderOrAuthenticator_accepted() {
    MetricsWebSocketServer.builder(hub).jwtSecret(HandmadeJwt.SECRET).jwtAlgorithm("HS512").build();
    MetricsWebSocketServer.builder(hub)
        .authenticator(
            token -> {
              throw new AuthenticationException("test");
            })
        .build();
    System.setProperty("JWT_SECRET_KEY", HandmadeJwt.SECRET);

    assertThat(MetricsWebSocketServer.builder(hub).build()).isNotNull();
  }

  @Test
  void build_invalidBuilderValues_rejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().port(65_536).build())
        .withMessage("port=65536 (WS_PORT) must be a whole number from 0 to 65535");
    assertThatIllegalArgumentException().isThrownBy(() -> anonymous().port(-1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().path("ws").build())
        .withMessageContaining("path=ws (WS_PATH)");
    for (Duration heartbeat : List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofHours(2))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> anonymous().heartbeatInterval(heartbeat).build())
          .withMessageContaining(heartbeat.toString());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().maxConnections(0).build())
        .withMessage("maxConnections=0 must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().allowedOrigins(List.of("*")).build());
  }

  @Test
  void port_notRunning_throws() {
    MetricsWebSocketServer server = anonymous().build();

    assertThatThrownBy(server::port)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start()");
  }

  @Test
  void start_noTransportOnClassPath_messageNamesDependency() {
    MetricsWebSocketServer server = MetricsWebSocketServer.builder(hub).allowAnonymous().build();

    assertThatIllegalStateException()
        .isThrownBy(server::start)
        .withMessageContaining("io.greenlang:greenlang-metrics-netty");
  }

  @Test
  void build_ratesOrDrainTimeOutOfRange_messageNamesRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().maxMessagesPerMinute(-1).build())
        .withMessageContaining("-1")
        .withMessageContaining("from 0 to 10000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().maxConnectionsPerMinute(10_000_001).build())
        .withMessageContaining("10000001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().maxConnectionsPerSecond(-1).build())
        .withMessageContaining(
            "maxConnectionsPerSecond=-1 (RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anonymous().drainTime(Duration.ofMinutes(11)).build())
        .withMessageContaining(
            "drainTime=PT11M (WS_DRAIN_TIME) must be a whole number of seconds from 0 to 600");
  }
}
