package io.greenlang.metrics.testkit.transport.stream;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Limits: a command beyond a limit or with an invalid field is answered by an error, has no effect,
 * and leaves the connection open.
 */
public interface LimitContract extends ContractPart {

  /** Returns fields of a subscription besides the channel, and the detail of the expected error. */
  static Stream<Arguments> refused() {
    String tags = "at most 16 tags with 16 values each, keys of 1 to 64 and values of at most 256";
    return Stream.of(
        Arguments.of(",\"tags\":{" + tagFields(17) + "}", tags + " characters"),
        Arguments.of(",\"tags\":{\"" + "k".repeat(65) + "\":\"v\"}", tags + " characters"),
        Arguments.of(",\"tags\":{\"\":\"v\"}", tags + " characters"),
        Arguments.of(",\"tags\":{\"k\":\"" + "v".repeat(257) + "\"}", tags + " characters"),
        Arguments.of(
            ",\"tags\":{\"k\":" + list(17) + "}", "a tag's value must be a list of 1 to 16"),
        Arguments.of(",\"tags\":7", "tags must be an object"),
        Arguments.of(",\"metrics\":" + list(129), "metrics must be a list of 1 to 128"),
        Arguments.of(
            ",\"metrics\":[\"" + "m".repeat(129) + "\"]",
            "metrics must be names or prefixes such as cpu.*"),
        Arguments.of(
            ",\"aggregation_interval\":\"7s\"",
            "aggregation_interval must be 1s, 5s, 1m, 5m or 1h"),
        Arguments.of(",\"group_by\":[\"a\"]", "group_by needs an aggregation_interval"),
        Arguments.of(
            ",\"aggregation_interval\":\"5s\",\"group_by\":" + list(17),
            "group_by must be a list of 1 to 16"),
        Arguments.of(",\"format\":\"xml\"", "format must be metric, snapshot or columnar"),
        Arguments.of(
            ",\"format\":\"snapshot\",\"batch\":true", "batch goes with format metric only"),
        Arguments.of(",\"compression\":1", "compression must be true or false"));
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.testkit.transport.stream.LimitContract#refused")
  default void subscribe_invalidField_returnsErrorAndKeepsOldView(String more, String detail) {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(TransportFixture.subscribe(""), "subscribed");
    ReceivedMessage error = client.ask(TransportFixture.subscribe(more), "error");
    assertThat(error.text("code")).isEqualTo("BAD_SUBSCRIPTION");
    assertThat(error.text("message")).isEqualTo("Subscription error: " + detail);
    fixture().publish("n", 1);
    assertThat(client.nextMessage().values("n"))
        .as("the old view is still active")
        .containsExactly(1.0);
  }

  @Test
  default void subscribe_129Channels_isRejected() {
    fixture().serve();
    IntStream.range(0, 129).forEach(i -> fixture().hub().addChannel("many." + i));
    WebSocketTestClient client = fixture().connectJdk();
    ReceivedMessage error = client.ask(subscribe("\"many.*\""), "error");
    assertThat(error.text("code")).isEqualTo("BAD_SUBSCRIPTION");
    assertThat(error.text("message")).isEqualTo("Subscription error: at most 128 channels");
    assertThat(fixture().server().stats().totalSubscriptions()).isZero();
    for (int i = 0; i < 128; i++) {
      client.ask(subscribe("\"many." + i + "\""), "subscribed");
    }
    assertThat(client.ask(subscribe("\"many.128\""), "error").text("code"))
        .isEqualTo("BAD_SUBSCRIPTION");
    client.ask(subscribe("\"many.0\""), "subscribed");
    client.ask("{\"type\":\"unsubscribe\",\"channels\":[\"many.0\"]}", "unsubscribed");
    client.ask(subscribe("\"many.128\""), "subscribed");
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(128);
  }

  @Test
  default void subscribe_viewsBeyondTheLimitOfASubject_isRejectedWithoutEffect() {
    fixture().serveWithTokens();
    IntStream.range(0, 128).forEach(i -> fixture().hub().addChannel("many." + i));
    for (int i = 0; i < 2; i++) {
      connectWithToken()
          .ask(
              subscribe("\"many.*\"],\"tags\":{\"a\":\"" + i + "\"},\"metrics\":[\"*\""),
              "subscribed");
    }
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(256);
    WebSocketTestClient client = connectWithToken();
    ReceivedMessage error = client.ask(TransportFixture.subscribe(""), "error");
    assertThat(error.text("code")).isEqualTo("TOO_MANY_VIEWS");
    assertThat(error.text("message"))
        .isEqualTo("Subscription error: at most 256 distinct views of a subject");
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(256);
  }

  /** Connects a client of one subject. Anonymous clients of an unknown address have none. */
  private WebSocketTestClient connectWithToken() {
    URI url = fixture().url("token=" + ContractTokens.valid());
    WebSocketTestClient client = fixture().connect(url, builder -> builder);
    client.nextMessage("welcome");
    return client;
  }

  @Test
  default void subscribe_channelOf65Characters_isUnknown() {
    fixture().serve();
    ReceivedMessage error =
        fixture().connectJdk().ask(subscribe("\"" + "c".repeat(65) + "\""), "error");
    assertThat(error.text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(error.text("message")).isEqualTo("Invalid subscription: unknown channel");
  }

  @Test
  default void id_of65Characters_isMalformed() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    String command = "{\"type\":\"?\",\"id\":\"%s\"}";
    assertThat(client.ask(String.format(command, "i".repeat(64)), "error").text("id")).hasSize(64);
    ReceivedMessage error = client.ask(String.format(command, "i".repeat(65)), "error");
    assertThat(error.text("code")).isEqualTo("MALFORMED");
    assertThat(error.text("message"))
        .isEqualTo("Malformed message: id is not a text of at most 64 characters");
    assertThat(error.body().has("id")).isFalse();
  }

  @Test
  default void command_internalError_closes1011WithoutDetails() {
    AtomicBoolean failing = new AtomicBoolean();
    Authenticator authenticator =
        token -> {
          if (failing.get()) {
            throw new LinkageError("a secret detail");
          }
          return Principal.ANONYMOUS;
        };
    fixture().serve(b -> b.authenticator(authenticator));
    RawWebSocket bystander = fixture().connectSubscribed();
    RawWebSocket client = fixture().connectRaw();
    failing.set(true);
    client.send("{\"type\":\"refresh_token\",\"data\":{\"token\":\"x\"}}");
    assertThat(client.awaitCloseCode()).isEqualTo(1011);
    fixture().publish("n", 1);
    assertThat(bystander.nextMessage().values("n")).containsExactly(1.0);
  }

  /** All commands queue behind a token that a slow authenticator is still checking. */
  @Test
  default void commands_queueFull_areDroppedAndCounted() {
    AtomicBoolean blocking = new AtomicBoolean();
    CountDownLatch released = new CountDownLatch(1);
    Authenticator authenticator =
        token -> {
          if (blocking.get()) {
            ResourceUsage.await(() -> released.getCount() == 0);
          }
          return Principal.ANONYMOUS;
        };
    fixture().serve(b -> b.authenticator(authenticator));
    RawWebSocket client = fixture().connectRaw();
    blocking.set(true);
    try {
      client.send("{\"type\":\"refresh_token\",\"data\":{\"token\":\"x\"}}");
      for (int i = 0; i < 300; i++) {
        client.send("{\"type\":\"pong\"}");
      }
      assertThat(client.nextMessage("error").text("code")).isEqualTo("RATE_LIMITED");
      ResourceUsage.await(() -> fixture().server().stats().messagesDropped() >= 300 - 256);
    } finally {
      released.countDown();
    }
  }

  private static String subscribe(String channels) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[" + channels + "]}}";
  }

  private static String tagFields(int count) {
    return IntStream.range(0, count).mapToObj(i -> "\"k" + i + "\":\"v\"").collect(joining(","));
  }

  private static String list(int count) {
    List<String> values = IntStream.range(0, count).mapToObj(i -> "\"v" + i + "\"").toList();
    return "[" + String.join(",", values) + "]";
  }
}
