package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.HttpCalls;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.security.IdentityProvider;
import io.greenlang.metrics.testkit.security.SigningKey;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Clients with tokens of an identity provider, whose keys rotate and whose host fails. */
@Timeout(120)
class IdentityProviderTest {

  /** A time in which no read may begin after another one. */
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(20);

  private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(5);

  private static SigningKey oldKey;
  private static SigningKey newKey;

  private final ManualClock clock = new ManualClock(Instant.now());
  private final IdentityProvider provider = new IdentityProvider();
  private final TransportFixture fixture = new TransportFixture(NettyServer::start, Map.of());

  @BeforeAll
  static void generateKeys() {
    oldKey = SigningKey.generate("ES256", "old");
    newKey = SigningKey.generate("RS256", "new");
  }

  @BeforeEach
  void useClock() {
    fixture.useHub(MetricsHub.builder().clock(clock).build());
    provider.publish(oldKey);
  }

  @AfterEach
  void close() {
    fixture.close();
    provider.close();
  }

  private void serveKeySet() {
    fixture.serve(
        builder ->
            builder
                .jwtJwksUrl(provider.keySetUrl())
                .jwtIssuers(List.of(provider.issuer()))
                .jwtAudiences(List.of("metrics"))
                .httpPublishing(true));
  }

  private int publish(SigningKey key) {
    String claims = provider.claims(",\"aud\":\"metrics\",\"publish\":[\"*\"]");
    return HttpCalls.send(
            HttpCalls.request(fixture.server().url(), "/publish/" + TransportFixture.CHANNEL)
                .header("Authorization", "Bearer " + key.sign(claims))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"orders\":1}")))
        .statusCode();
  }

  private int status(String token) {
    try (RawWebSocket client = RawWebSocket.connect(fixture.server().url())) {
      return client.handshake("Authorization: Bearer " + token).status();
    }
  }

  private WebSocketTestClient connect(SigningKey key) {
    WebSocketTestClient client =
        fixture.connect(fixture.url("token=" + provider.token(key)), builder -> builder);
    client.nextMessage("welcome");
    return client;
  }

  private static String refresh(String token) {
    return "{\"type\":\"refresh_token\",\"id\":\"r\",\"data\":{\"token\":\"" + token + "\"}}";
  }

  @ParameterizedTest
  @FieldSource("io.greenlang.metrics.testkit.security.SigningKey#ALGORITHMS")
  void connect_tokenOfEachAlgorithm_isAccepted(String algorithm) {
    SigningKey key = SigningKey.generate(algorithm, "k");
    provider.publish(oldKey, key);
    serveKeySet();

    assertThat(status(provider.token(key))).isEqualTo(101);
    try (WebSocketTestClient client = connect(key)) {
      client.ask(TransportFixture.subscribe(""), "subscribed");
      fixture.publish("orders", 17);
      assertThat(client.nextMessage().toString()).contains("17");
    }
  }

  @Test
  void connect_discoveredKeys_areUsed() {
    fixture.serve(
        builder ->
            builder
                .jwtDiscoveryIssuers(List.of(provider.issuer()))
                .jwtAudiences(List.of("metrics")));

    assertThat(status(provider.token(oldKey))).isEqualTo(101);
  }

  @Test
  void connect_severalIssuers_eachWithItsOwnKeysOnly() {
    try (IdentityProvider other = new IdentityProvider()) {
      other.publish(newKey);
      fixture.serve(
          builder -> builder.jwtDiscoveryIssuers(List.of(provider.issuer(), other.issuer())));

      assertThat(status(provider.token(oldKey))).isEqualTo(101);
      assertThat(status(other.token(newKey))).isEqualTo(101);
      clock.advance(MIN_INTERVAL);
      assertThat(status(provider.token(newKey))).as("key of the other issuer").isEqualTo(401);
      assertThat(status(other.token(oldKey))).isEqualTo(401);
    }
  }

  @Test
  void connect_wrongIssuerAudienceOrKey_isRejected() {
    serveKeySet();
    SigningKey forged = SigningKey.generate("ES256", "old");

    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    assertThat(status(oldKey.sign(provider.claims(",\"aud\":\"mail\"")))).isEqualTo(401);
    assertThat(status(oldKey.sign(provider.claims("")))).isEqualTo(401);
    assertThat(
            status(
                oldKey.sign(
                    provider
                        .claims(",\"aud\":\"metrics\"")
                        .replace(provider.issuer(), "https://evil.example"))))
        .isEqualTo(401);
    assertThat(status(provider.token(forged))).isEqualTo(401);
    try (WebSocketTestClient client =
        WebSocketTestClient.connect(fixture.url("token=" + provider.token(forged)))) {
      assertThat(client.awaitCloseCode()).isEqualTo(4401);
    }
  }

  @Test
  void connect_newKeyAfterRotation_isAcceptedAtOnceAndOldKeyNoMore() {
    serveKeySet();
    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    provider.publish(newKey);
    clock.advance(MIN_INTERVAL);

    assertThat(status(provider.token(newKey))).isEqualTo(101);
    assertThat(status(provider.token(oldKey))).isEqualTo(401);
    assertThat(provider.requests()).isEqualTo(2);
  }

  @Test
  void connect_withdrawnKey_isRejectedAfterRefreshInterval() {
    serveKeySet();
    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    provider.publish(newKey);
    clock.advance(REFRESH_INTERVAL.plusSeconds(1));

    ResourceUsage.await(() -> status(provider.token(oldKey)) == 401);
    assertThat(provider.requests()).isEqualTo(2);
  }

  @Test
  void connect_manyUnknownKeys_readKeysAtMostTwice() {
    serveKeySet();
    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    clock.advance(MIN_INTERVAL);
    for (int i = 0; i < 200; i++) {
      SigningKey unknown = new SigningKey("ES256", "random-" + i, oldKey.pair());
      assertThat(status(provider.token(unknown))).isEqualTo(401);
    }
    assertThat(provider.requests()).isEqualTo(2);
  }

  /** The host accepts connections and answers nothing; each read takes its whole time limit. */
  @Test
  void connect_hostHangs_knownKeysAreUsedWithoutWaiting() {
    serveKeySet();
    WebSocketTestClient connected = connect(oldKey);
    connected.ask(TransportFixture.subscribe(""), "subscribed");
    provider.hang();
    clock.advance(REFRESH_INTERVAL.plusSeconds(1));

    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    ResourceUsage.await(() -> provider.requests() == 2); // this one is not answered
    connected.ask(refresh(provider.token(oldKey)), "token_refreshed");
    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    fixture.publish("orders", 17);
    assertThat(connected.nextMessage().toString()).contains("17");
  }

  @Test
  void connect_outageOfTenMinutes_isHarmless() {
    serveKeySet();
    WebSocketTestClient connected = connect(oldKey);
    provider.answer(500, "{\"keys\":[]}");
    for (int second = 0; second < 600; second += 20) {
      clock.advance(Duration.ofSeconds(20));
      assertThat(status(provider.token(oldKey))).as("after %d s", second).isEqualTo(101);
      connected.ask(refresh(provider.token(oldKey)), "token_refreshed");
    }
    assertThat(provider.requests()).isBetween(2, 32);

    provider.publish(newKey);
    clock.advance(MIN_INTERVAL);
    ResourceUsage.await(() -> status(provider.token(newKey)) == 101);
  }

  @Test
  void connect_hostFailsAtStart_asksToTryAgainUntilItRecovers() {
    provider.answer(200, "<html>");
    serveKeySet();
    assertThat(status(provider.token(oldKey))).isEqualTo(503);
    provider.publish(oldKey);
    assertThat(status(provider.token(oldKey))).as("no read within 20 s").isEqualTo(503);
    clock.advance(MIN_INTERVAL);

    assertThat(status(provider.token(oldKey))).isEqualTo(101);
  }

  @Test
  void publish_keysNotUsedForTwoIntervals_waitsForThem() {
    serveKeySet();
    assertThat(publish(oldKey)).isEqualTo(200);
    for (int read = 2; read < 4; read++) {
      clock.advance(REFRESH_INTERVAL.multipliedBy(2).plusSeconds(60));
      assertThat(publish(oldKey)).isEqualTo(200);
      assertThat(provider.requests()).isEqualTo(read);
    }
  }

  @Test
  void publish_newKeyAfterRotation_isAcceptedAtOnceAndOldKeyNoMore() {
    serveKeySet();
    assertThat(publish(oldKey)).isEqualTo(200);
    provider.publish(newKey);
    clock.advance(MIN_INTERVAL);

    assertThat(publish(newKey)).isEqualTo(200);
    assertThat(publish(oldKey)).isEqualTo(401);
  }

  @Test
  void publish_keysCannotBeRead_isAskedToTryAgain() {
    provider.answer(500, "");
    serveKeySet();

    assertThat(publish(oldKey)).isEqualTo(503);
  }

  @Test
  void refreshToken_newKeyAfterRotation_isAccepted() {
    serveKeySet();
    WebSocketTestClient client = connect(oldKey);
    provider.publish(newKey);
    clock.advance(MIN_INTERVAL);

    client.ask(refresh(provider.token(newKey)), "token_refreshed");
  }

  @Test
  void refreshToken_keysCannotBeRead_isAskedToTryAgain() {
    serveKeySet();
    WebSocketTestClient client = connect(oldKey);
    provider.answer(500, "");
    clock.advance(MIN_INTERVAL);

    ReceivedMessage error = client.ask(refresh(provider.token(newKey)), "error");

    assertThat(error.toString()).contains("RATE_LIMITED", "retry_after");
    client.ask(refresh(provider.token(oldKey)), "token_refreshed");
  }

  @Test
  void connect_setWithUnusableKeys_usesTheOthers() {
    SigningKey weak = SigningKey.generate("ES256", "enc");
    provider.publish(List.of(weak.jwk("\"use\":\"enc\""), oldKey.jwk()));
    serveKeySet();

    assertThat(status(provider.token(oldKey))).isEqualTo(101);
    assertThat(status(provider.token(weak))).isEqualTo(401);
  }
}
