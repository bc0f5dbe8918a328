package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Token refresh: a client replaces its token before it expires; restrictions of the new token take
 * effect immediately.
 */
interface TransportRefreshContract extends TransportContractPart {

  /** The claim that allows both channels of these tests. */
  String BOTH = ",\"channels\":[\"a.one\",\"a.two\"]";

  @ParameterizedTest
  @EnumSource
  default void refresh_beforeExpiry_outlivesFirstToken(Encoding encoding) {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serveWithTokens();
    WebSocketTestClient client = connect(TransportTokens.expiring(now.plusSeconds(600), ""));
    String refreshed = TransportTokens.expiring(now.plusSeconds(1200), "");
    TransportMessage reply = ask(client, encoding, refresh(refreshed));

    assertThat(reply.encoding()).isEqualTo(encoding);
    assertThat(reply.type()).isEqualTo("token_refreshed");
    assertThat(reply.text("id")).isEqualTo("r");
    assertThat(reply.body().get("expires_at").asLong())
        .isEqualTo(now.plusSeconds(1200).getEpochSecond());
    clock.advance(Duration.ofSeconds(1229));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    clock.advance(Duration.ofSeconds(3));
    assertThat(client.message().text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.closeCode()).isEqualTo(4401);
  }

  @Test
  default void refresh_withinGracePeriod_keepsConnection() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serveWithTokens();
    WebSocketTestClient client = connect(TransportTokens.expiring(now.plusSeconds(60), ""));
    clock.advance(Duration.ofSeconds(85));
    client.ask(refresh(TransportTokens.expiring(now.plusSeconds(600), "")), "token_refreshed");
    clock.advance(Duration.ofMinutes(5));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  @Test
  default void refresh_invalidToken_isRejectedAndFirstRemainsValid() {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    rig().use(MetricsHub.builder().clock(clock).build());
    rig().serveWithTokens();
    WebSocketTestClient client = connect(TransportTokens.expiring(now.plusSeconds(600), ""));
    long expiry = now.plusSeconds(1200).getEpochSecond();
    String claims = "{\"sub\":\"tester\",\"exp\":" + expiry + "}";
    String[] invalidTokens = {
      "",
      "abc",
      "a".repeat(10_000),
      TransportTokens.expiring(now.minusSeconds(600), ""),
      TransportTokens.unsigned("none"),
      TransportTokens.signed("{\"alg\":\"HS256\"}", claims, "x".repeat(64)),
      TransportTokens.signed("{\"sub\":\"somebody\",\"exp\":" + expiry + "}"),
    };
    for (String token : invalidTokens) {
      TransportMessage error = client.ask(refresh(token), "error");
      assertThat(error.text("code")).isEqualTo("UNAUTHORIZED");
      assertThat(error.text("message")).isEqualTo("Invalid authentication token");
      assertThat(error.text("id")).isEqualTo("r");
    }
    assertThat(client.ask("{\"type\":\"refresh_token\",\"data\":{}}", "error").text("message"))
        .isEqualTo("Malformed message: token is missing or not a text");
    clock.advance(Duration.ofSeconds(632));
    assertThat(client.message().text("code")).isEqualTo("TOKEN_EXPIRED");
    assertThat(client.closeCode()).isEqualTo(4401);
  }

  @Test
  default void refresh_fewerChannels_endsAndReportsTheirSubscriptions() {
    rig().hub().addChannel("a.one");
    rig().hub().addChannel("a.two");
    rig().serveWithTokens();
    WebSocketTestClient client = connect(TransportTokens.withClaims(BOTH));
    client.ask(subscribe("*"), "subscribed");
    assertThat(rig().server().stats().totalSubscriptions()).isEqualTo(2);
    client.ask(refresh(TransportTokens.withClaims(",\"channels\":[\"a.two\"]")), "token_refreshed");
    TransportMessage error = client.message("error");

    assertThat(error.text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(error.text("message")).isEqualTo("Invalid subscription: unknown channel");
    assertThat(error.body().get("channels")).hasSize(1);
    assertThat(error.body().at("/channels/0").asText()).isEqualTo("a.one");
    assertThat(error.body().has("id")).isFalse();
    publishToBoth(Tags.empty());
    assertThat(client.message().text("channel")).isEqualTo("a.two");
    assertThat(client.ask(subscribe("a.one"), "error").text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(rig().server().stats().totalSubscriptions()).isEqualTo(1);
    TransportResources.await(() -> rig().hub().stats().feeds() == 1);
  }

  @Test
  default void refresh_moreChannels_affectsLaterCommandsOnly() {
    rig().hub().addChannel("a.one");
    rig().hub().addChannel("a.two");
    rig().serveWithTokens();
    WebSocketTestClient client = connect(TransportTokens.withClaims(",\"channels\":[\"a.one\"]"));
    client.ask(subscribe("*"), "subscribed");
    client.ask(refresh(TransportTokens.withClaims(BOTH)), "token_refreshed");
    publishToBoth(Tags.empty());
    assertThat(client.message().text("channel")).isEqualTo("a.one");
    assertThat(client.ask(subscribe("*"), "subscribed").body().get("channels")).hasSize(2);
  }

  @Test
  default void refresh_tags_narrowButNeverWidenLiveSubscriptions() {
    rig().hub().addChannel("a.one");
    rig().serveWithTokens();
    String bothTeams = ",\"tags\":{\"team\":[\"red\",\"blue\"]}";
    WebSocketTestClient client = connect(TransportTokens.withClaims(bothTeams));
    client.ask(subscribe("a.one"), "subscribed");
    publishToBoth(Tags.of("team", "blue"));
    assertThat(team(client.message())).isEqualTo("blue");
    String onlyRed = ",\"tags\":{\"team\":\"red\"}";
    client.ask(refresh(TransportTokens.withClaims(onlyRed)), "token_refreshed");
    publishToBoth(Tags.of("team", "blue"));
    publishToBoth(Tags.of("team", "red"));
    assertThat(team(client.message())).isEqualTo("red");
    client.ask(refresh(TransportTokens.withClaims("")), "token_refreshed");
    publishToBoth(Tags.of("team", "blue"));
    publishToBoth(Tags.of("team", "red"));
    assertThat(team(client.message())).isEqualTo("red");
    client.ask(subscribe("a.one"), "subscribed");
    publishToBoth(Tags.of("team", "blue"));
    assertThat(team(client.message())).isEqualTo("blue");
  }

  @Test
  default void refresh_anonymousServer_tokenNeverExpires() {
    rig().serve();
    TransportMessage reply = rig().client().ask(refresh("anything"), "token_refreshed");
    assertThat(reply.body().has("expires_at")).isFalse();
  }

  private WebSocketTestClient connect(String token) {
    WebSocketTestClient client = rig().connect(rig().url("token=" + token), b -> b);
    client.message("welcome");
    return client;
  }

  private void publishToBoth(Tags tags) {
    for (String channel : new String[] {"a.one", "a.two"}) {
      rig().hub().publish(Metric.gauge(channel, "x", 1, tags));
    }
  }

  private static String team(TransportMessage metric) {
    return metric.body().at("/tags/team").asText();
  }

  private static TransportMessage ask(
      WebSocketTestClient client, Encoding encoding, String command) {
    client.send(command, encoding);
    return client.message();
  }

  private static String refresh(String token) {
    return "{\"type\":\"refresh_token\",\"id\":\"r\",\"data\":{\"token\":\"" + token + "\"}}";
  }

  private static String subscribe(String channel) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + channel + "\"]}}";
  }
}
