package io.greenlang.metrics.testkit.transport.stream;

import static io.greenlang.metrics.testkit.transport.fixture.TransportFixture.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.client.ColumnarDecoder;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.client.WebSocketTestClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Valid subscriptions and their metrics, mostly observed through the JDK's client. */
public interface SubscriptionContract extends ContractPart {

  /** The number of metrics in a publication that exceeds the buffers of every container. */
  int LARGE_BATCH_SIZE = 2000;

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
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    ReceivedMessage reply = client.ask(subscribe(fields), "subscribed");
    assertThat(reply.encoding()).as("the encoding of the command").isEqualTo(Encoding.JSON);
    assertThat(reply.body().get("channels").get(0).asText()).isEqualTo(TransportFixture.CHANNEL);
    for (int i = 0; i < 50; i++) {
      fixture().publish("queue.depth", i);
    }
    for (int i = 0; i < 50; i++) {
      ReceivedMessage message = client.nextMessage();
      assertThat(message.encoding()).isEqualTo(encoding);
      assertThat(message.values("queue.depth")).containsExactly((double) i);
    }
  }

  @Test
  default void subscribe_columnar_deliversMetricsInOrder() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"format\":\"columnar\",\"compression\":true"), "subscribed");
    ColumnarDecoder decoder = new ColumnarDecoder();
    for (int i = 0; i < 50; i++) {
      fixture().publish("queue.depth", i / 4.0);
    }
    for (int i = 0; i < 50; i++) {
      ReceivedMessage message = client.nextMessage();
      assertThat(message.encoding()).isEqualTo(Encoding.MESSAGEPACK);
      assertThat(message.body().has("key")).isEqualTo(i == 0);
      assertThat(decoder.toBatch(message.toMap()).get("metrics"))
          .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
          .extracting(metric -> metric.get("value"))
          .containsExactly(i / 4.0);
    }
  }

  @Test
  default void subscribe_flatFormat_hasProtocolFieldsInOrder() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(""), "subscribed");
    fixture()
        .hub()
        .publish(Metric.counter(TransportFixture.CHANNEL, "done", 17.5, Tags.of("region", "eu")));
    ReceivedMessage metric = client.nextMessage();
    assertThat(metric.body().properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("channel", "name", "type", "value", "timestamp", "tags");
    assertThat(metric.text("type")).isEqualTo("counter");
    assertThat(metric.body().at("/tags/region").asText()).isEqualTo("eu");
  }

  @Test
  default void subscribe_latest_deliversLatestThenLiveValues() {
    fixture().serve();
    fixture().publish("n", 1);
    fixture().publish("n", 2);
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"latest\":true"), "subscribed");
    assertThat(client.nextMessage().values("n")).containsExactly(2.0);
    fixture().publish("n", 3);
    assertThat(client.nextMessage().values("n")).containsExactly(3.0);
  }

  @Test
  default void subscribe_namesAndTags_deliversOnlyMatches() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(
        subscribe(",\"metrics\":[\"cpu.*\"],\"tags\":{\"host\":[\"a\",\"b\"]}"), "subscribed");
    for (String host : List.of("a", "c", "b")) {
      for (String name : List.of("cpu.percent", "memory.percent")) {
        fixture()
            .hub()
            .publish(Metric.gauge(TransportFixture.CHANNEL, name, 1, Tags.of("host", host)));
      }
    }
    assertThat(client.nextMessage().body().at("/tags/host").asText()).isEqualTo("a");
    ReceivedMessage second = client.nextMessage();
    assertThat(second.body().at("/tags/host").asText()).isEqualTo("b");
    assertThat(second.text("name")).isEqualTo("cpu.percent");
  }

  @Test
  default void unsubscribe_subscribedChannel_stopsMetrics() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(""), "subscribed");
    fixture().publish("n", 1);
    ReceivedMessage reply =
        client.ask("{\"type\":\"unsubscribe\",\"channels\":[\"orders.metrics\"]}", "unsubscribed");
    assertThat(reply.body().get("channels")).hasSize(1);
    fixture().publish("n", 2);
    ReceivedMessage next = client.ask("{\"type\":\"nonsense\",\"id\":\"7\"}", "error");
    assertThat(next.text("id")).isEqualTo("7");
    ResourceUsage.await(() -> fixture().hub().stats().feeds() == 0); // released by another thread
    assertThat(fixture().server().stats().totalSubscriptions()).isZero();
  }

  @Test
  default void unsubscribe_unknownChannel_repliesWithNoChannels() {
    fixture().serve();
    ReceivedMessage reply =
        fixture()
            .connectJdk()
            .ask(
                "{\"type\":\"unsubscribe\",\"data\":{\"channels\":[\"no.such\"]}}", "unsubscribed");
    assertThat(reply.body().get("channels")).isEmpty();
  }

  @Test
  default void subscribe_pattern_resolvesToChannels() {
    fixture().serve();
    fixture().hub().addChannel("orders.events");
    ReceivedMessage reply =
        fixture()
            .connectJdk()
            .ask("{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.*\"]}}", "subscribed");
    assertThat(reply.body().get("channels").toString())
        .isEqualTo("[\"orders.events\",\"orders.metrics\"]");
    assertThat(fixture().server().stats().totalSubscriptions()).isEqualTo(2);
  }

  @Test
  default void subscribe_unknownChannelAmongKnown_appliesNothing() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    ReceivedMessage error =
        client.ask(
            "{\"type\":\"subscribe\",\"id\":\"a\",\"data\":{\"channels\":[\"orders.metrics\",\"no.such\"]}}",
            "error");
    assertThat(error.text("message")).isEqualTo("Invalid subscription: unknown channel");
    assertThat(error.text("code")).isEqualTo("UNKNOWN_CHANNEL");
    assertThat(error.text("id")).isEqualTo("a");
    assertThat(fixture().hub().stats().feeds()).isZero();
  }

  @Test
  default void command_inMessagePack_replyIsMessagePack() {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.send(ReceivedMessage.pack(subscribe("")));
    assertThat(client.nextMessage().encoding()).isEqualTo(Encoding.MESSAGEPACK);
    fixture().publish("n", 1);
    assertThat(client.nextMessage().encoding())
        .as("the encoding of the subscription")
        .isEqualTo(Encoding.JSON);
  }

  @ParameterizedTest
  @CsvSource({"JSON,false", "MESSAGEPACK,true"})
  default void subscribe_largeBatch_arrivesInOneMessage(Encoding encoding, boolean compression) {
    fixture().serve();
    WebSocketTestClient client = fixture().connectJdk();
    client.ask(subscribe(",\"batch\":true,\"compression\":" + compression), "subscribed");
    for (int size : List.of(100, LARGE_BATCH_SIZE)) {
      List<Metric> metrics = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        metrics.add(Metric.gauge(TransportFixture.CHANNEL, "m" + i, i, Tags.of("ünïcode", "✓")));
      }
      fixture().hub().publish(metrics);
      ReceivedMessage message = client.nextMessage();
      assertThat(message.encoding()).isEqualTo(encoding);
      assertThat(message.body().get("metrics")).hasSize(size);
      assertThat(message.values("m" + (size - 1))).containsExactly(size - 1.0);
    }
  }

  @Test
  default void frames_sharedByManySessions_arriveUnchanged() {
    fixture().serve();
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      RawWebSocket client = fixture().connectRaw();
      client.ask(
          TransportFixture.subscribe(i % 2 == 0 ? ",\"compression\":true" : ""), "subscribed");
      clients.add(client);
    }
    for (int i = 0; i < 100; i++) {
      fixture().publish("n", i);
    }
    for (RawWebSocket client : clients) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.nextMessage().values("n")).containsExactly((double) i);
      }
    }
  }
}
