package io.greenlang.metrics.testkit.transport.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Token refresh: a client replaces its token before it expires; restrictions of the new token take
 * effect immediately.
 */
public interface TokenRefreshContract extends ContractPart {

  /** The claim that allows both channels of these tests. */
  String BOTH_CHANNELS = ",\"channels\":[\"a.one\",\"a.two\"]";

  @ParameterizedTest
  @EnumSource
  default void refresh_beforeExpiry_outlivesFirstToken(Encoding encoding) {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(ContractTokens.expiring(now.plusSeconds(600), ""));
    String refreshed = ContractTokens.expiring(now.plusSeconds(1200), "");
    ReceivedMessage reply = ask(client, encoding, refresh(refreshed));

    assertThat(reply.encoding()).isEqualTo(encoding);
    assertThat(reply.type()).isEqualTo("token_refreshed");
    assertThat(reply.text("id")).isEqualTo("r");
    assertThat(reply.body().get("expires_at").asLong())
        .isEqualTo(now.plusSeconds(1200).getEpochSecond());
    clock.advance(Duration.ofSeconds(1229));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    clock.advance(Duration.ofSeconds(3));
    assertThat(client.nextMessage().text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
  }

  @Test
  default void refresh_withinGracePeriod_keepsConnection() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(ContractTokens.expiring(now.plusSeconds(60), ""));
    clock.advance(Duration.ofSeconds(85));
    client.ask(refresh(ContractTokens.expiring(now.plusSeconds(600), "")), "token_refreshed");
    clock.advance(Duration.ofMinutes(5));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void refresh_invalidToken_isRejectedAndFirstRemainsValid() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(ContractTokens.expiring(now.plusSeconds(600), ""));
    long expiry = now.plusSeconds(1200).getEpochSecond();
    String claims = "{\"sub\":\"tester\",\"exp\":" + expiry + "}";
    String[] invalidTokens = {
      "",
      "abc",
      "a".repeat(10_000),
      ContractTokens.expiring(now.minusSeconds(600), ""),
      ContractTokens.unsigned("none"),
      ContractTokens.signed("{\"alg\":\"HS256\"}", claims, "x".repeat(64)),
      ContractTokens.signed("{\"sub\":\"somebody\",\"exp\":" + expiry + "}"),
    };
    for (String token : invalidTokens) {
      ReceivedMessage error = client.ask(refresh(token), "error");
      assertThat(error.text("code")).isEqualTo("UNAUTHORIZED");
      assertThat(error.text("message")).isEqualTo("Invalid authentication token");
      assertThat(error.text("id")).isEqualTo("r");
    }
    assertThat(client.ask("{\"type\":\"refresh_token\",\"data\":{}}", "error").text("message"))
        .isEqualTo("Malformed message: token is missing or not a text");
    clock.advance(Duration.ofSeconds(632));
    assertThat(client.nextMessage().text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
  }

  @Test
  default void refresh_fewerChannels_endsAndReportsTheirSubscriptions() {
    fixture().hub().addChannel("a.one");
    fixture().hub().addChannel("a.two");
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(ContractTokens.withClaims(BOTH_CHANNELS));
    client.ask(subscribe("*"), "subscribed");
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(2);
    client.ask(refresh(ContractTokens.withClaims(",\"channels\":[\"a.two\"]")), "token_refreshed");
    ReceivedMessage error = client.nextMessage("error");

    assertThat(error.text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(error.text("message")).isEqualTo("Invalid subscription: unknown channel");
    assertThat(error.body().get("channels")).hasSize(1);
    assertThat(error.body().at("/channels/0").asText()).isEqualTo("a.one");
    assertThat(error.body().has("id")).isFalse();
    publishToBoth(Tags.empty());
    assertThat(client.nextMessage().text("channel")).isEqualTo("a.two");
    assertThat(client.ask(subscribe("a.one"), "error").text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(1);
    ResourceUsage.await(() -> fixture().hub().stats().feeds() == 1);
  }

  @Test
  default void refresh_moreChannels_affectsLaterCommandsOnly() {
    fixture().hub().addChannel("a.one");
    fixture().hub().addChannel("a.two");
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(ContractTokens.withClaims(",\"channels\":[\"a.one\"]"));
    client.ask(subscribe("*"), "subscribed");
    client.ask(refresh(ContractTokens.withClaims(BOTH_CHANNELS)), "token_refreshed");
    publishToBoth(Tags.empty());
    assertThat(client.nextMessage().text("channel")).isEqualTo("a.one");
    assertThat(client.ask(subscribe("*"), "subscribed").body().get("channels")).hasSize(2);
  }

  @Test
  default void refresh_tags_narrowButNeverWidenLiveSubscriptions() {
    fixture().hub().addChannel("a.one");
    fixture().serveWithTokens();
    String bothTeams = ",\"tags\":{\"team\":[\"red\",\"blue\"]}";
    WebSocketTestClient client = connect(ContractTokens.withClaims(bothTeams));
    client.ask(subscribe("a.one"), "subscribed");
    publishToBoth(Tags.of("team", "blue"));
    assertThat(team(client.nextMessage())).isEqualTo("blue");
    String onlyRed = ",\"tags\":{\"team\":\"red\"}";
    client.ask(refresh(ContractTokens.withClaims(onlyRed)), "token_refreshed");
    publishToBoth(Tags.of("team", "blue"));
    publishToBoth(Tags.of("team", "red"));
    assertThat(team(client.nextMessage())).isEqualTo("red");
    client.ask(refresh(ContractTokens.withClaims("")), "token_refreshed");
    publishToBoth(Tags.of("team", "blue"));
    publishToBoth(Tags.of("team", "red"));
    assertThat(team(client.nextMessage())).isEqualTo("red");
    client.ask(subscribe("a.one"), "subscribed");
    publishToBoth(Tags.of("team", "blue"));
    assertThat(team(client.nextMessage())).isEqualTo("blue");
  }

  @Test
  default void refresh_anonymousServer_tokenNeverExpires() {
    fixture().serve();
    ReceivedMessage reply = fixture().connectJdk().ask(refresh("anything"), "token_refreshed");
    assertThat(reply.body().has("expires_at")).isFalse();
  }

  private WebSocketTestClient connect(String token) {
    WebSocketTestClient client = fixture().connect(fixture().url("token=" + token), b -> b);
    client.nextMessage("welcome");
    return client;
  }

  private void publishToBoth(Tags tags) {
    for (String channel : new String[] {"a.one", "a.two"}) {
      fixture().hub().publish(Metric.gauge(channel, "x", 1, tags));
    }
  }

  private static String team(ReceivedMessage metric) {
    return metric.body().at("/tags/team").asText();
  }

  private static ReceivedMessage ask(
      WebSocketTestClient client, Encoding encoding, String command) {
    client.send(command, encoding);
    return client.nextMessage();
  }

  private static String refresh(String token) {
    return "{\"type\":\"refresh_token\",\"id\":\"r\",\"data\":{\"token\":\"" + token + "\"}}";
  }

  private static String subscribe(String channel) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + channel + "\"]}}";
  }
}
