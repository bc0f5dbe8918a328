package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random subscriptions, publications and stalls against a model so simple that it must be right: a
 * list of all that was published.
 */
class FeedModelTest {

  private static final Channel CHANNEL = new Channel("model.metrics");
  private static final int STEPS = 10_000;

  private final Random random = new Random();
  private final MetricsHub hub =
      MetricsHub.builder().limits(new StreamLimits(6 * 1024, 1_000)).build();

  /** One published metric: its message, and the series that it belongs to. */
  private record Published(String series, String message) {}

  /** A client, and what the model says that it is to get. */
  private static final class Client {
    final FeedCursor cursor;
    final TagFilter filter;
    final List<Published> expected = new ArrayList<>();
    final Map<String, String> newest = new HashMap<>();
    int next;

    Client(FeedCursor cursor, TagFilter filter) {
      this.cursor = cursor;
      this.filter = filter;
    }

    void expect(Published published) {
      expected.add(published);
    }

    void got(String message) {
      if (message.startsWith("L ")) {
        int missed = Integer.parseInt(message.substring(2));
        assertThat(missed).isPositive().isLessThanOrEqualTo(expected.size() - next);
        next += missed;
        return;
      }
      String series = message.substring(0, message.lastIndexOf('='));
      boolean live = next < expected.size() && expected.get(next).message().equals(message);
      if (live) {
        next++;
      } else {
        assertThat(lastBefore(next, series))
            .as("a merged value is the newest missed")
            .isEqualTo(message);
      }
      newest.put(series, message);
    }

    private String lastBefore(int end, String series) {
      for (int i = end - 1; i >= 0; i--) {
        if (expected.get(i).series().equals(series)) {
          return expected.get(i).message();
        }
      }
      throw new AssertionError(series + " was never published to this client");
    }

    void checkComplete() {
      assertThat(next).as("all was delivered or announced as missed").isEqualTo(expected.size());
      Map<String, String> last = new HashMap<>();
      expected.forEach(published -> last.put(published.series(), published.message()));
      assertThat(newest).as("the newest of each series came").isEqualTo(last);
      Accounting accounting = cursor.accounting();
      assertThat(accounting.pending()).isZero();
      assertThat(accounting.delivered() + accounting.merged()).isEqualTo(expected.size());
      assertThat(accounting.published())
          .isEqualTo(
              accounting.delivered()
                  + accounting.merged()
                  + accounting.filtered()
                  + accounting.dropped());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomRun_everyClient_getsAllOrIsToldWhatItMissed(long seed) {
    random.setSeed(seed);
    List<Client> clients = new ArrayList<>();
    Received received = new Received();
    hub.addChannel(CHANNEL.name());
    for (int step = 0; step < STEPS; step++) {
      int dice = random.nextInt(100);
      if (dice < 3 && clients.size() < 12) {
        clients.add(open());
      } else if (dice < 4 && !clients.isEmpty()) {
        Client leaving = clients.remove(random.nextInt(clients.size()));
        received.drain(leaving.cursor).forEach(leaving::got);
        leaving.checkComplete();
        leaving.cursor.close();
      } else if (dice < 15 && !clients.isEmpty()) {
        // The same few clients read most of the time; the others stall for long.
        Client reader = clients.get((int) Math.abs(random.nextGaussian() * 3) % clients.size());
        readALittle(reader, received);
      } else {
        publish(step, clients);
      }
    }
    for (Client client : clients) {
      received.drain(client.cursor).forEach(client::got);
      client.checkComplete();
    }
    assertThat(hub.stats().laps()).as("the run was rough enough").isGreaterThan(3);
  }

  private Client open() {
    TagFilter filter =
        switch (random.nextInt(3)) {
          case 0 -> TagFilter.ALL;
          case 1 -> TagFilter.of(Map.of("host", Set.of("h" + random.nextInt(4))));
          default -> TagFilter.of(Map.of("host", Set.of("h1", "h2"), "env", Set.of("e0")));
        };
    Subscription all = Subscription.to(CHANNEL);
    Subscription subscription =
        new Subscription(CHANNEL, filter, all.names(), null, null, Format.METRIC);
    ChannelStream stream = Objects.requireNonNull(hub.stream(CHANNEL));
    return new Client(stream.open(subscription, PlainEncoder.INSTANCE, Start.NOW, null), filter);
  }

  /** One step of reading or catching up, so that publications come in between. */
  private static void readALittle(Client client, Received received) {
    if (client.cursor.poll(received) == FeedCursor.Progress.BEHIND) {
      client.cursor.catchUp(received);
    }
    received.take().forEach(client::got);
  }

  private void publish(int step, List<Client> clients) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      String name = "n" + random.nextInt(20);
      Tags tags = Tags.of("host", "h" + random.nextInt(4), "env", "e" + random.nextInt(2));
      metrics.add(Metric.gauge(CHANNEL, name, step * 10 + i, tags));
    }
    for (Metric metric : metrics) {
      String series = "M " + metric.name() + metric.tags();
      Published published = new Published(series, series + "=" + (long) metric.value());
      clients.stream()
          .filter(client -> client.filter.matches(metric.tags()))
          .forEach(client -> client.expect(published));
    }
    hub.publish(metrics);
  }
}
