package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A client that counts the metrics it received one by one, and those that it was notified it had
 * missed. Each of its subscriptions covers one series, whose value increases by one per
 * publication.
 */
final class CountingClient {

  private final RawWebSocket socket;
  private final Map<String, SubscriptionState> subscriptions = new HashMap<>();
  private long received;
  private long missed;

  /** The client's state of one subscription. */
  private static final class SubscriptionState {
    int last;
    int missed;
  }

  CountingClient(URI url) {
    socket = RawWebSocket.connect(url, ModelClient.RECEIVE_BUFFER);
    socket.upgrade();
    socket.nextMessage("welcome");
  }

  /**
   * Subscribes, possibly replacing an existing subscription.
   *
   * @param options further fields of the command
   * @param published the last published value
   */
  void subscribe(String channel, String options, int published) {
    socket.send(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + channel + "\"]" + options + "}}");
    ReceivedMessage message = socket.nextMessage();
    while (!message.type().equals("subscribed")) {
      onMessage(message);
      message = socket.nextMessage();
    }
    SubscriptionState state = new SubscriptionState();
    state.last = published;
    subscriptions.put(channel, state);
  }

  void unsubscribe(String channel) {
    socket.send("{\"type\":\"unsubscribe\",\"channels\":[\"" + channel + "\"]}");
    ReceivedMessage message = socket.nextMessage();
    while (!message.type().equals("unsubscribed")) {
      onMessage(message);
      message = socket.nextMessage();
    }
    subscriptions.remove(channel);
  }

  boolean isSubscribed(String channel) {
    return subscriptions.containsKey(channel);
  }

  /** Reads until the client has received the latest value of the channel. */
  void readThrough(String channel, int published) {
    SubscriptionState state = subscriptions.get(channel);
    while (state != null && (state.last < published || state.missed > 0)) {
      onMessage(socket.nextMessage());
    }
  }

  void abort() {
    socket.reset();
  }

  long received() {
    return received;
  }

  long missed() {
    return missed;
  }

  private void onMessage(ReceivedMessage message) {
    SubscriptionState state = Objects.requireNonNull(subscriptions.get(message.text("channel")));
    if (message.type().equals("lagged") && message.body().has("reason")) {
      return; // the channel dropped metrics of other series
    }
    if (message.type().equals("lagged")) {
      state.missed = message.body().get("missed").asInt();
      missed += state.missed;
      return;
    }
    List<Double> values = message.values("n");
    assertThat(values).as("%s", message.body()).hasSize(1);
    assertThat(values.get(0)).isEqualTo(state.last + Math.max(1, state.missed));
    state.last = values.get(0).intValue();
    received += state.missed == 0 ? 1 : 0;
    state.missed = 0;
  }
}
