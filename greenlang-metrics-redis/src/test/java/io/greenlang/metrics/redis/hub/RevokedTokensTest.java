package io.greenlang.metrics.redis.hub;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.fixture.TestHubs;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.client.EventStreamClient.Event;
import io.greenlang.metrics.testkit.client.HttpCalls;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.greenlang.metrics.websocket.auth.Principal;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Revoked tokens on two instances of a real Redis, which may be unavailable or emptied. */
@Timeout(120)
class RevokedTokensTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  /** The time within which a revocation reaches all instances, unless the machine is busy. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final int ROUNDS = 3;

  private final RedisServer redis = RedisServer.start();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final JwtIssuer issuer = new JwtIssuer(SECRET, "HS256");

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.removeFirst().close();
    }
    redis.close();
  }

  private MetricsWebSocketServer instance() {
    MetricsHub hub = TestHubs.start(redis.url());
    open.addFirst(hub);
    hub.addChannel("orders.metrics");
    MetricsWebSocketServer server =
        MetricsWebSocketServer.builder(hub)
            .host("127.0.0.1")
            .port(0)
            .jwtSecret(SECRET)
            .httpPublishing(true)
            .build();
    open.addFirst(server);
    server.start();
    return server;
  }

  private String token(String subject) {
    return issuer.issue(subject, Duration.ofHours(1));
  }

  private static Instant expiry() {
    return Instant.now().plus(Duration.ofHours(1));
  }

  private static URI url(MetricsWebSocketServer server, String token) {
    return URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics?token=" + token);
  }

  private RawWebSocket connect(MetricsWebSocketServer server, String token) {
    RawWebSocket client = RawWebSocket.open(url(server, token));
    open.addFirst(client);
    client.nextMessage("welcome");
    return client;
  }

  private static boolean isRejected(MetricsWebSocketServer server, String token) {
    try (RawWebSocket client = RawWebSocket.open(url(server, token))) {
      return client.nextMessage().body().toString().contains("UNAUTHORIZED");
    }
  }

  private static int publish(MetricsWebSocketServer server, String token) {
    return HttpCalls.send(
            HttpCalls.request(url(server, ""), "/publish/orders.metrics")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"a\":1}")))
        .statusCode();
  }

  private boolean isStored() {
    return Long.valueOf(1).equals(redis.command("ZCARD", "greenlang:{revocations}:revoked"));
  }

  /** Asserts that clients receive 4401; each function waits for the code of one. */
  private static void assertClosed(IntSupplier... closeCodes) {
    for (IntSupplier closeCode : closeCodes) {
      assertThat(closeCode.getAsInt()).isEqualTo(4401);
    }
  }

  @Test
  void revokeSubject_twoInstances_closesEarlierTokensAndAdmitsLaterOnes() {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    String bob = token("bob");
    RawWebSocket here = connect(one, bob);
    RawWebSocket there = connect(two, bob);
    RawWebSocket other = connect(two, token("alice"));
    one.revokeSubject("bob", expiry());
    assertClosed(here::awaitCloseCode, there::awaitCloseCode);
    for (MetricsWebSocketServer server : List.of(one, two)) {
      assertThat(isRejected(server, bob)).isTrue();
      // A token of the same second is rejected, too.
      await().atMost(TIMEOUT).until(() -> !isRejected(server, token("bob")));
    }
    other.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.metrics\"]}}", "subscribed");
  }

  /** Takes the fastest of several revocations, because a busy machine delays some of them. */
  @Test
  void revokeSubject_twoInstances_closesClientsWithinTwoSeconds() {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    Duration fastest = Duration.ofDays(1);
    for (int round = 0; round < ROUNDS; round++) {
      String subject = "bob-" + round;
      RawWebSocket here = connect(one, token(subject));
      RawWebSocket there = connect(two, token(subject));
      long startNanos = System.nanoTime();
      one.revokeSubject(subject, expiry());
      assertClosed(here::awaitCloseCode, there::awaitCloseCode);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
      fastest = elapsed.compareTo(fastest) < 0 ? elapsed : fastest;
    }
    assertThat(fastest).isLessThan(LIMIT);
  }

  private EventStreamClient events(MetricsWebSocketServer server, String token) {
    URI url =
        URI.create(
            "http://127.0.0.1:"
                + server.port()
                + "/sse/metrics?channels=orders.metrics&token="
                + token);
    EventStreamClient client = EventStreamClient.open(url);
    open.addFirst(client);
    client.next("welcome");
    client.next("subscribed");
    return client;
  }

  /** Returns the code with which the server ends a stream, after comments. */
  private static int awaitCloseCode(EventStreamClient client) {
    for (Event event = client.next(); event != null; event = client.next()) {
      if (event.type().equals("close")) {
        return event.message().body().path("code").asInt();
      }
    }
    throw new AssertionError("the stream ended without a close event");
  }

  @Test
  void revokeSubject_eventStreams_endOnBothInstances() {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    String bob = token("bob");
    EventStreamClient here = events(one, bob);
    EventStreamClient there = events(two, bob);
    EventStreamClient other = events(two, token("alice"));
    one.revokeSubject("bob", expiry());
    assertClosed(() -> awaitCloseCode(here), () -> awaitCloseCode(there));
    two.hub().publish(Metric.gauge("orders.metrics", "orders.open", 1, Tags.empty()));
    assertThat(other.next("message").data()).contains("orders.open");
  }

  @Test
  void revokeToken_refreshHandshakeAndHttp_areRefusedOnBothInstances() throws Exception {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    String revoked =
        issuer.issueForPublishing("bob", Duration.ofHours(1), List.of(NamePattern.ALL));
    assertThat(publish(two, revoked)).isEqualTo(200);
    RawWebSocket client = connect(two, token("bob"));
    Principal principal =
        new JwtAuthenticator(SECRET, "HS256", one.hub().clock()).authenticate(revoked);
    one.revokeToken(Objects.requireNonNull(principal.tokenId()), expiry());
    assertThat(publish(one, revoked)).isEqualTo(401);
    await().atMost(TIMEOUT).until(() -> publish(two, revoked) == 401);
    assertThat(isRejected(two, revoked)).isTrue();
    assertThat(
            client
                .ask(
                    "{\"type\":\"refresh_token\",\"data\":{\"token\":\"" + revoked + "\"}}",
                    "error")
                .body()
                .toString())
        .contains("UNAUTHORIZED");
  }

  @Test
  void revoke_restartedInstance_stillKnowsIt() {
    String bob = token("bob");
    MetricsWebSocketServer one = instance();
    one.revokeSubject("bob", expiry());
    await().atMost(TIMEOUT).until(this::isStored);
    one.close();
    one.hub().close();
    MetricsWebSocketServer restarted = instance();
    await().atMost(TIMEOUT).until(() -> isRejected(restarted, bob));
    Object left = redis.command("PTTL", "greenlang:{revocations}:revoked");
    assertThat((Long) left)
        .as("it expires with the token")
        .isBetween(3_500_000L, Duration.ofMinutes(62).toMillis());
  }

  @Test
  void revokeSubject_endless_closesTokensOnBothInstances() {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    RawWebSocket there = connect(two, token("bob"));
    one.revokeSubject("bob", Instant.ofEpochMilli(Long.MAX_VALUE));
    assertClosed(there::awaitCloseCode);
    assertThat(isStored()).isTrue();
  }

  @Test
  void revoke_redisUnavailable_actsHereAtOnceAndThereWhenItIsBack() {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    String bob = token("bob");
    RawWebSocket here = connect(one, bob);
    RawWebSocket there = connect(two, bob);
    redis.kill();
    one.revokeSubject("bob", expiry());
    assertClosed(here::awaitCloseCode);
    assertThat(isRejected(one, bob)).isTrue();
    assertThat(isRejected(two, bob)).as("it cannot know").isFalse();
    redis.restart();
    assertThat(there.awaitCloseCode()).isEqualTo(4401);
    assertThat(isRejected(two, bob)).isTrue();
  }

  @Test
  void revoke_redisIsEmptied_isWrittenAgain() {
    MetricsWebSocketServer one = instance();
    one.revokeSubject("bob", expiry());
    await().atMost(TIMEOUT).until(this::isStored);
    redis.command("FLUSHALL");
    await().atMost(TIMEOUT).until(this::isStored);
  }

  @Test
  void disconnect_matchingClients_closesThemWith4403OnThisInstance() {
    MetricsWebSocketServer one = instance();
    MetricsWebSocketServer two = instance();
    RawWebSocket bob = connect(one, token("bob"));
    RawWebSocket alice = connect(one, token("alice"));
    RawWebSocket elsewhere = connect(two, token("bob"));
    assertThat(one.disconnect(client -> client.subject().equals("bob"))).isEqualTo(1);
    assertThat(bob.awaitCloseCode()).isEqualTo(4403);
    for (RawWebSocket client : List.of(alice, elsewhere)) {
      client.ask(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.metrics\"]}}", "subscribed");
    }
    connect(one, token("bob"));
  }
}
