package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.RawWebSocket;
import io.greenlang.metrics.testkit.TransportMessage;
import io.greenlang.metrics.testkit.TransportServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A client that knows what it must get. Each channel has one series that counts up by one, so what
 * comes next is the last value plus one, or plus as many as the server says were missed.
 */
final class ModelClient {

  /**
   * Small, so that stalling shows; not so small that the kernel lets one kilobyte through each time
   * a timer of 200 ms runs out, as it did at times with 2 KiB.
   */
  static final int RECEIVE_BUFFER = 16 * 1024;

  private static final List<String> VIEWS =
      List.of(
          "",
          ",\"compression\":true",
          ",\"batch\":true",
          ",\"format\":\"snapshot\"",
          ",\"latest\":true",
          ",\"latest\":true,\"batch\":true,\"compression\":true");

  private final MetricsHub hub;
  private final TransportServer server;
  private final List<String> channels;
  private final String filler;
  private final Map<String, View> views = new HashMap<>();
  private RawWebSocket socket;
  private boolean stalled;
  private int commands;

  /** What the model knows of a subscription. */
  private static final class View {
    int last;
    int missed;
    boolean latestMayCome;
  }

  ModelClient(int number, MetricsHub hub, TransportServer server, List<String> channels) {
    this.hub = hub;
    this.server = server;
    this.channels = channels;
    this.filler = "filler." + number;
    hub.addChannel(filler);
    this.socket = connect();
  }

  /** Subscribes, perhaps in place of what is there. Nobody publishes meanwhile. */
  void subscribe(int channel, int published, Random random) {
    if (stalled) {
      return;
    }
    String name = channels.get(channel);
    String more = VIEWS.get(random.nextInt(VIEWS.size()));
    ask("subscribe", "\"data\":{\"channels\":[\"" + name + "\"]" + more + "}", "subscribed");
    View before = views.get(name);
    if (before != null) {
      assertThat(before.last)
          .as("all of the old view comes before the answer")
          .isEqualTo(published);
      assertThat(before.missed).isZero();
    }
    View view = new View();
    view.last = published;
    view.latestMayCome = more.contains("latest");
    views.put(name, view);
  }

  void unsubscribe(int channel) {
    if (!stalled) {
      String name = channels.get(channel);
      ask("unsubscribe", "\"channels\":[\"" + name + "\"]", "unsubscribed");
      views.remove(name);
    }
  }

  /** Reads no more, and gets more than its socket holds. */
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

  /** Reads on, up to all that was published. */
  void resume(int[] published) {
    stalled = false;
    for (int i = 0; i < published.length; i++) {
      View view = views.get(channels.get(i));
      while (view != null && (view.last < published[i] || view.missed > 0)) {
        take(socket.message());
      }
    }
  }

  /** Goes, in a good manner or not, and comes back knowing nothing. */
  void reconnect(boolean politely) {
    if (politely && !stalled) {
      socket.closePolitely();
    } else {
      socket.cut();
    }
    stalled = false;
    views.clear();
    socket = connect();
  }

  void end() {
    socket.closePolitely();
  }

  private RawWebSocket connect() {
    RawWebSocket connected = RawWebSocket.tcp(server.url(), RECEIVE_BUFFER);
    connected.upgrade();
    connected.message("welcome");
    connected.ask(
        "{\"type\":\"subscribe\",\"data\":{\"batch\":true,\"channels\":[\"" + filler + "\"]}}",
        "subscribed");
    return connected;
  }

  private void ask(String command, String fields, String answerType) {
    String id = "c" + ++commands;
    socket.send("{\"type\":\"" + command + "\",\"id\":\"" + id + "\"," + fields + "}");
    TransportMessage message = socket.message();
    while (!message.text("id").equals(id)) {
      take(message);
      message = socket.message();
    }
    assertThat(message.type()).isEqualTo(answerType);
  }

  private void take(TransportMessage message) {
    String channel = message.text("channel");
    if (channel.equals(filler)) {
      return;
    }
    View view = Objects.requireNonNull(views.get(channel), "no view for " + message.body());
    if (message.type().equals("lagged")) {
      assertThat(view.missed).as("lagged twice without a value").isZero();
      view.missed = message.body().get("missed").asInt();
      assertThat(view.missed).isPositive();
      return;
    }
    List<Double> values = message.values("n");
    assertThat(values).as("%s", message.body()).hasSize(1);
    int value = values.get(0).intValue();
    if (!view.latestMayCome || value != view.last) {
      assertThat(value).as("%s", channel).isEqualTo(view.last + Math.max(1, view.missed));
    }
    view.last = value;
    view.missed = 0;
    view.latestMayCome = false;
  }
}
