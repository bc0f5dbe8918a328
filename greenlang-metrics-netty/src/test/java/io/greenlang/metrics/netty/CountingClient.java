package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.TransportMessage;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A client that counts what it gets one by one and what it is told it missed. Each of its
 * subscriptions shows it one series, whose value counts up by one.
 */
final class CountingClient {

  private final RawWebSocket socket;
  private final Map<String, View> views = new HashMap<>();
  private long oneByOne;
  private long missed;

  /** What it knows of a channel. */
  private static final class View {
    int last;
    int missed;
  }

  CountingClient(URI url) {
    socket = RawWebSocket.tcp(url, ModelClient.RECEIVE_BUFFER);
    socket.upgrade();
    socket.message("welcome");
  }

  /** Subscribes, perhaps in place of what is there; the last value was this. */
  void subscribe(String channel, String more, int published) {
    socket.send(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + channel + "\"]" + more + "}}");
    TransportMessage message = socket.message();
    while (!message.type().equals("subscribed")) {
      take(message);
      message = socket.message();
    }
    View view = new View();
    view.last = published;
    views.put(channel, view);
  }

  void unsubscribe(String channel) {
    socket.send("{\"type\":\"unsubscribe\",\"channels\":[\"" + channel + "\"]}");
    TransportMessage message = socket.message();
    while (!message.type().equals("unsubscribed")) {
      take(message);
      message = socket.message();
    }
    views.remove(channel);
  }

  boolean sees(String channel) {
    return views.containsKey(channel);
  }

  /** Reads until it knows the newest of that channel. */
  void readUpTo(String channel, int published) {
    View view = views.get(channel);
    while (view != null && (view.last < published || view.missed > 0)) {
      take(socket.message());
    }
  }

  void cut() {
    socket.cut();
  }

  long oneByOne() {
    return oneByOne;
  }

  long missed() {
    return missed;
  }

  private void take(TransportMessage message) {
    View view = Objects.requireNonNull(views.get(message.text("channel")));
    if (message.type().equals("lagged")) {
      view.missed = message.body().get("missed").asInt();
      missed += view.missed;
      return;
    }
    List<Double> values = message.values("n");
    assertThat(values).as("%s", message.body()).hasSize(1);
    assertThat(values.get(0)).isEqualTo(view.last + Math.max(1, view.missed));
    view.last = values.get(0).intValue();
    oneByOne += view.missed == 0 ? 1 : 0;
    view.missed = 0;
  }
}
