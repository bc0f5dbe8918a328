package io.greenlang.metrics.testkit.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Visibility: channels and metrics that a token hides do not appear in metrics, in resolved
 * patterns or in replies.
 */
public interface VisibilityContract extends ContractPart {

  /** Returns claims, the requested channel or pattern, and the visible channels, per encoding. */
  static Stream<Arguments> matrix() {
    Object[][] rows = {
      {"", "a.one", "a.one"},
      {",\"channels\":[\"*\"]", "b.two", "b.two"},
      {",\"channels\":[\"a.one\"]", "a.one", "a.one"},
      {",\"channels\":[\"a.one\"]", "a.two", ""},
      {",\"channels\":[\"a.one\"]", "b.one", ""},
      {",\"channels\":[\"a.one\"]", "a.*", "a.one"},
      {",\"channels\":[\"a.one\"]", "*", "a.one"},
      {",\"channels\":[\"a.one\"]", "b.*", ""},
      {",\"channels\":[\"a.*\"]", "*", "a.one a.two"},
      {",\"channels\":[\"a.*\",\"b.two\"]", "*", "a.one a.two b.two"},
      {",\"channels\":[\"a.*\"]", "system.metrics", ""},
      {",\"channels\":[]", "*", ""},
      {",\"channels\":[]", "a.one", ""},
      {",\"channels\":[\"A.ONE\"]", "a.one", ""},
      {",\"channels\":[\"a.o\"]", "a.one", ""},
    };
    return Stream.of(rows)
        .flatMap(
            row ->
                Stream.of(Encoding.values())
                    .map(encoding -> Arguments.of(row[0], row[1], row[2], encoding)));
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.testkit.transport.stream.VisibilityContract#matrix")
  default void subscribe_channelsClaim_showsOnlyAllowedChannels(
      String claim, String requested, String visible, Encoding encoding) {
    fixture().serveWithTokens();
    for (String channel : new String[] {"a.one", "a.two", "b.one", "b.two"}) {
      fixture().hub().addChannel(channel);
    }
    WebSocketTestClient client = connect(claim);
    String command =
        "{\"type\":\"subscribe\",\"data\":{\"latest\":true,\"compression\":"
            + (encoding == Encoding.MESSAGEPACK)
            + ",\"channels\":[\""
            + requested
            + "\"]}}";
    client.send(command, encoding);
    ReceivedMessage reply = client.nextMessage();
    if (visible.isEmpty()) {
      assertThat(reply.text("code")).isEqualTo("UNKNOWN_CHANNEL");
      assertThat(fixture().hub().stats().feeds()).isZero();
      return;
    }
    assertThat(channels(reply)).isEqualTo(new TreeSet<>(Set.of(visible.split(" ", -1))));
    for (String channel : new String[] {"b.one", "a.two", "b.two", "system.metrics", "a.one"}) {
      fixture().hub().publish(Metric.gauge(channel, "x", 1, Tags.empty()));
    }
    Set<String> received = new TreeSet<>();
    while (received.size() < visible.split(" ", -1).length) {
      received.add(client.nextMessage().text("channel"));
    }
    assertThat(received).isEqualTo(channels(reply));
  }

  @Test
  default void subscribe_tagsClaim_canBeNarrowedOnly() {
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(",\"tags\":{\"team\":\"red\"}");
    client.ask(TransportFixture.subscribe(",\"tags\":{\"team\":[\"red\",\"blue\"]}"), "subscribed");
    for (String team : new String[] {"blue", "red"}) {
      fixture()
          .hub()
          .publish(Metric.gauge(TransportFixture.CHANNEL, "x", 1, Tags.of("team", team)));
    }
    assertThat(client.nextMessage().body().at("/tags/team").asText()).isEqualTo("red");
    client.ask(TransportFixture.subscribe(",\"latest\":true"), "subscribed");
    assertThat(client.nextMessage().body().at("/tags/team").asText()).isEqualTo("red");
    fixture().hub().publish(Metric.gauge(TransportFixture.CHANNEL, "x", 2, Tags.empty()));
    assertThat(client.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
  }

  /** The documentation of security says so: offsets reveal the number of hidden publications. */
  @Test
  default void offset_tagsClaim_countsHiddenPublications() {
    fixture().serveWithTokens();
    WebSocketTestClient client = connect(",\"tags\":{\"team\":\"red\"}");
    client.ask(TransportFixture.subscribe(",\"resume\":true"), "subscribed");
    for (String team : new String[] {"red", "blue", "blue", "red"}) {
      fixture()
          .hub()
          .publish(Metric.gauge(TransportFixture.CHANNEL, "x", 1, Tags.of("team", team)));
    }
    ReceivedMessage first = client.nextMessage();
    ReceivedMessage second = client.nextMessage();
    assertThat(second.body().at("/tags/team").asText()).isEqualTo("red");
    assertThat(second.body().get("offset").asLong() - first.body().get("offset").asLong())
        .isEqualTo(3);
  }

  private WebSocketTestClient connect(String claims) {
    WebSocketTestClient client =
        fixture().connect(fixture().url("token=" + ContractTokens.withClaims(claims)), b -> b);
    client.nextMessage("welcome");
    return client;
  }

  private static Set<String> channels(ReceivedMessage reply) {
    Set<String> names = new TreeSet<>();
    reply.body().get("channels").forEach(name -> names.add(name.asText()));
    return names;
  }
}
