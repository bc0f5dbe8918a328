package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A client that verifies everything it receives. Each channel has one series whose value increases
 * by one per publication. The next value must therefore be the last value plus one, or plus the
 * number that the server reported as missed.
 */
final class ModelClient {

  /**
   * The receive buffer: small, so that a stalled client causes lag. It is not smaller, because with
   * 2 KiB the kernel sometimes let one kilobyte through each time a 200 ms timer expired.
   */
  static final int RECEIVE_BUFFER = 16 * 1024;

  private static final List<String> OPTIONS =
      List.of(
          "",
          ",\"compression\":true",
          ",\"batch\":true",
          ",\"format\":\"snapshot\"",
          ",\"latest\":true",
          ",\"latest\":true,\"batch\":true,\"compression\":true");

  private final MetricsHub hub;
  private final ContractServer server;
  private final List<String> channels;
  private final String filler;
  private final Map<String, SubscriptionState> subscriptions = new HashMap<>();
  private RawWebSocket socket;
  private boolean stalled;
  private int commands;

  /** The model's state of one subscription. */
  private static final class SubscriptionState {
    int last;
    int missed;
    boolean mayRepeatLast;
  }

  ModelClient(int number, MetricsHub hub, ContractServer server, List<String> channels) {
    this.hub = hub;
    this.server = server;
    this.channels = channels;
    this.filler = "filler." + number;
    hub.addChannel(filler);
    this.socket = connect();
  }

  /**
   * Subscribes, possibly replacing an existing subscription. Nothing may be published meanwhile.
   */
  void subscribe(int channel, int published, Random random) {
    if (stalled) {
      return;
    }
    String name = channels.get(channel);
    String options = OPTIONS.get(random.nextInt(OPTIONS.size()));
    request("subscribe", "\"data\":{\"channels\":[\"" + name + "\"]" + options + "}", "subscribed");
    SubscriptionState previous = subscriptions.get(name);
    if (previous != null) {
      assertThat(previous.last)
          .as("the old subscription is delivered in full before the reply")
          .isEqualTo(published);
      assertThat(previous.missed).isZero();
    }
    SubscriptionState state = new SubscriptionState();
    state.last = published;
    state.mayRepeatLast = options.contains("latest");
    subscriptions.put(name, state);
  }

  void unsubscribe(int channel) {
    if (!stalled) {
      String name = channels.get(channel);
      request("unsubscribe", "\"channels\":[\"" + name + "\"]", "unsubscribed");
      subscriptions.remove(name);
    }
  }

  /** Stops reading, and makes the server send more than the socket can hold. */
  void stall() {
    if (stalled) {
      return;
    }
    stalled = true;
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      metrics.add(Metric.gauge(filler, "filler.number." + i, i, Tags.empty()));
    }
    for (int i = 0; i < 20; i++) {
      hub.publish(metrics);
    }
  }

  /** Continues reading, up to the last published values. */
  void resume(int[] published) {
    stalled = false;
    for (int i = 0; i < published.length; i++) {
      SubscriptionState state = subscriptions.get(channels.get(i));
      while (state != null && (state.last < published[i] || state.missed > 0)) {
        onMessage(socket.nextMessage());
      }
    }
  }

  /** Disconnects, with or without a closing handshake, and reconnects without any state. */
  void reconnect(boolean cleanly) {
    if (cleanly && !stalled) {
      socket.closeGracefully();
    } else {
      socket.reset();
    }
    stalled = false;
    subscriptions.clear();
    socket = connect();
  }

  void disconnect() {
    socket.closeGracefully();
  }

  private RawWebSocket connect() {
    RawWebSocket connected = RawWebSocket.connect(server.url(), RECEIVE_BUFFER);
    connected.upgrade();
    connected.nextMessage("welcome");
    connected.ask(
        "{\"type\":\"subscribe\",\"data\":{\"batch\":true,\"channels\":[\"" + filler + "\"]}}",
        "subscribed");
    return connected;
  }

  private void request(String command, String fields, String answerType) {
    String id = "c" + ++commands;
    socket.send("{\"type\":\"" + command + "\",\"id\":\"" + id + "\"," + fields + "}");
    ReceivedMessage message = socket.nextMessage();
    while (!message.text("id").equals(id)) {
      onMessage(message);
      message = socket.nextMessage();
    }
    assertThat(message.type()).isEqualTo(answerType);
  }

  private void onMessage(ReceivedMessage message) {
    String channel = message.text("channel");
    if (channel.equals(filler)) {
      return;
    }
    SubscriptionState state =
        Objects.requireNonNull(subscriptions.get(channel), "no subscription for " + message.body());
    if (message.type().equals("lagged")) {
      assertThat(state.missed).as("two lagged messages without a value between them").isZero();
      state.missed = message.body().get("missed").asInt();
      assertThat(state.missed).isPositive();
      return;
    }
    List<Double> values = message.values("n");
    assertThat(values).as("%s", message.body()).hasSize(1);
    int value = values.get(0).intValue();
    if (!state.mayRepeatLast || value != state.last) {
      assertThat(value).as("%s", channel).isEqualTo(state.last + Math.max(1, state.missed));
    }
    state.last = value;
    state.missed = 0;
    state.mayRepeatLast = false;
  }
}
