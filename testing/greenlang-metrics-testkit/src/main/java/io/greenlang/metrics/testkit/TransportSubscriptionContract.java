package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportRig.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.feed.Encoding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Valid subscriptions and their metrics, mostly observed through the JDK's client. */
interface TransportSubscriptionContract extends TransportContractPart {

  /** The number of metrics in a publication that exceeds the buffers of every container. */
  int BIG = 2000;

  @ParameterizedTest
  @CsvSource({
    "'',                                        JSON",
    "',\"compression\":true',                     MESSAGEPACK",
    "',\"batch\":true',                           JSON",
    "',\"batch\":true,\"compression\":true',        MESSAGEPACK",
    "',\"format\":\"snapshot\"',                    JSON",
    "',\"format\":\"snapshot\",\"compression\":true', MESSAGEPACK"
  })
  default void subscribe_anyFormat_deliversMetricsInOrder(String fields, Encoding encoding) {
    rig().serve();
    WebSocketTestClient client = rig().client();
    TransportMessage reply = client.ask(subscribe(fields), "subscribed");
    assertThat(reply.encoding()).as("the encoding of the command").isEqualTo(Encoding.JSON);
    assertThat(reply.body().get("channels").get(0).asText()).isEqualTo(TransportRig.CHANNEL);
    for (int i = 0; i < 50; i++) {
      rig().publish("queue.depth", i);
    }
    for (int i = 0; i < 50; i++) {
      TransportMessage message = client.message();
      assertThat(message.encoding()).isEqualTo(encoding);
      assertThat(message.values("queue.depth")).containsExactly((double) i);
    }
  }

  @Test
  default void subscribe_flatFormat_hasProtocolFieldsInOrder() {
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.ask(subscribe(""), "subscribed");
    rig()
        .hub()
        .publish(Metric.counter(TransportRig.CHANNEL, "done", 17.5, Tags.of("region", "eu")));
    TransportMessage metric = client.message();
    assertThat(metric.body().properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("channel", "name", "type", "value", "timestamp", "tags");
    assertThat(metric.text("type")).isEqualTo("counter");
    assertThat(metric.body().at("/tags/region").asText()).isEqualTo("eu");
  }

  @Test
  default void subscribe_latest_deliversLatestThenLiveValues() {
    rig().serve();
    rig().publish("n", 1);
    rig().publish("n", 2);
    WebSocketTestClient client = rig().client();
    client.ask(subscribe(",\"latest\":true"), "subscribed");
    assertThat(client.message().values("n")).containsExactly(2.0);
    rig().publish("n", 3);
    assertThat(client.message().values("n")).containsExactly(3.0);
  }

  @Test
  default void subscribe_namesAndTags_deliversOnlyMatches() {
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.ask(
        subscribe(",\"metrics\":[\"cpu.*\"],\"tags\":{\"host\":[\"a\",\"b\"]}"), "subscribed");
    for (String host : List.of("a", "c", "b")) {
      for (String name : List.of("cpu.percent", "memory.percent")) {
        rig().hub().publish(Metric.gauge(TransportRig.CHANNEL, name, 1, Tags.of("host", host)));
      }
    }
    assertThat(client.message().body().at("/tags/host").asText()).isEqualTo("a");
    TransportMessage second = client.message();
    assertThat(second.body().at("/tags/host").asText()).isEqualTo("b");
    assertThat(second.text("name")).isEqualTo("cpu.percent");
  }

  @Test
  default void unsubscribe_subscribedChannel_stopsMetrics() {
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.ask(subscribe(""), "subscribed");
    rig().publish("n", 1);
    TransportMessage reply =
        client.ask("{\"type\":\"unsubscribe\",\"channels\":[\"orders.metrics\"]}", "unsubscribed");
    assertThat(reply.body().get("channels")).hasSize(1);
    rig().publish("n", 2);
    TransportMessage next = client.ask("{\"type\":\"nonsense\",\"id\":\"7\"}", "error");
    assertThat(next.text("id")).isEqualTo("7");
    assertThat(rig().hub().stats().feeds()).isZero();
    assertThat(rig().server().stats().totalSubscriptions()).isZero();
  }

  @Test
  default void unsubscribe_unknownChannel_repliesWithNoChannels() {
    rig().serve();
    TransportMessage reply =
        rig()
            .client()
            .ask(
                "{\"type\":\"unsubscribe\",\"data\":{\"channels\":[\"no.such\"]}}", "unsubscribed");
    assertThat(reply.body().get("channels")).isEmpty();
  }

  @Test
  default void subscribe_pattern_resolvesToChannels() {
    rig().serve();
    rig().hub().addChannel("orders.events");
    TransportMessage reply =
        rig()
            .client()
            .ask("{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.*\"]}}", "subscribed");
    assertThat(reply.body().get("channels").toString())
        .isEqualTo("[\"orders.events\",\"orders.metrics\"]");
    assertThat(rig().server().stats().totalSubscriptions()).isEqualTo(2);
  }

  @Test
  default void subscribe_unknownChannelAmongKnown_appliesNothing() {
    rig().serve();
    WebSocketTestClient client = rig().client();
    TransportMessage error =
        client.ask(
            "{\"type\":\"subscribe\",\"id\":\"a\",\"data\":{\"channels\":[\"orders.metrics\",\"no.such\"]}}",
            "error");
    assertThat(error.text("message")).isEqualTo("Invalid subscription: unknown channel");
    assertThat(error.text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(error.text("id")).isEqualTo("a");
    assertThat(rig().hub().stats().feeds()).isZero();
  }

  @Test
  default void command_inMessagePack_replyIsMessagePack() {
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.send(TransportMessage.pack(subscribe("")));
    assertThat(client.message().encoding()).isEqualTo(Encoding.MESSAGEPACK);
    rig().publish("n", 1);
    assertThat(client.message().encoding())
        .as("the encoding of the subscription")
        .isEqualTo(Encoding.JSON);
  }

  @ParameterizedTest
  @CsvSource({"JSON,false", "MESSAGEPACK,true"})
  default void subscribe_largeBatch_arrivesInOneMessage(Encoding encoding, boolean compression) {
    rig().serve();
    WebSocketTestClient client = rig().client();
    client.ask(subscribe(",\"batch\":true,\"compression\":" + compression), "subscribed");
    for (int size : List.of(100, BIG)) {
      List<Metric> metrics = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        metrics.add(Metric.gauge(TransportRig.CHANNEL, "m" + i, i, Tags.of("ünïcode", "✓")));
      }
      rig().hub().publish(metrics);
      TransportMessage message = client.message();
      assertThat(message.encoding()).isEqualTo(encoding);
      assertThat(message.body().get("metrics")).hasSize(size);
      assertThat(message.values("m" + (size - 1))).containsExactly(size - 1.0);
    }
  }

  @Test
  default void frames_sharedByManySessions_arriveUnchanged() {
    rig().serve();
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      RawWebSocket client = rig().raw();
      client.ask(TransportRig.subscribe(i % 2 == 0 ? ",\"compression\":true" : ""), "subscribed");
      clients.add(client);
    }
    for (int i = 0; i < 100; i++) {
      rig().publish("n", i);
    }
    for (RawWebSocket client : clients) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.message().values("n")).containsExactly((double) i);
      }
    }
  }
}
