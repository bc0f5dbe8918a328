package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model test of random subscriptions, publications and stalls. The model is a list of all
 * published metrics, so simple that it must be correct.
 */
class FeedModelTest {

  private static final Channel CHANNEL = new Channel("model.metrics");
  private static final int STEPS = 10_000;

  private final Random random = new Random();

  @AutoClose
  private final MetricsHub hub =
      MetricsHub.builder().limits(new ChannelLimits(6 * 1024, 1_000)).build();

  private long publications;

  /** A published metric: its message, and its series. */
  private record Published(String series, String message) {}

  /** A client, and the messages that the model expects it to receive. */
  private static final class Client {
    final FeedReader reader;
    final TagFilter filter;
    final List<Published> expected = new ArrayList<>();
    final Map<String, String> latest = new HashMap<>();
    int next;

    Client(FeedReader reader, TagFilter filter) {
      this.reader = reader;
      this.filter = filter;
    }

    void expect(Published published) {
      expected.add(published);
    }

    void onMessage(String message) {
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
            .as("a merged value is the latest missed one")
            .isEqualTo(message);
      }
      latest.put(series, message);
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
      assertThat(next)
          .as("all metrics were delivered or reported as missed")
          .isEqualTo(expected.size());
      Map<String, String> last = new HashMap<>();
      expected.forEach(published -> last.put(published.series(), published.message()));
      assertThat(latest).as("the latest of each series was delivered").isEqualTo(last);
      DeliveryStats accounting = reader.stats();
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
  void randomRun_everyClient_receivesAllOrMissedCount(long seed) {
    random.setSeed(seed);
    List<Client> clients = new ArrayList<>();
    ReceivedMessages received = new ReceivedMessages();
    hub.addChannel(CHANNEL.name());
    for (int step = 0; step < STEPS; step++) {
      int roll = random.nextInt(100);
      if (roll < 3 && clients.size() < 12) {
        clients.add(open());
      } else if (roll < 4 && !clients.isEmpty()) {
        Client leaving = clients.remove(random.nextInt(clients.size()));
        received.drain(leaving.reader).forEach(leaving::onMessage);
        leaving.checkComplete();
        leaving.reader.close();
      } else if (roll < 15 && !clients.isEmpty()) {
        // The same few clients read most of the time; the others stall for a long time.
        Client reader = clients.get((int) Math.abs(random.nextGaussian() * 3) % clients.size());
        readStep(reader, received);
      } else {
        publish(step, clients);
      }
    }
    for (Client client : clients) {
      received.drain(client.reader).forEach(client::onMessage);
      client.checkComplete();
    }
    assertThat(hub.stats().lappedCursors())
        .as("the run lapped clients often enough")
        .isGreaterThan(3);
  }

  private Client open() {
    TagFilter filter =
        switch (random.nextInt(3)) {
          case 0 -> TagFilter.ALL;
          case 1 -> TagFilter.of(Map.of("host", Set.of("h" + random.nextInt(4))));
          default -> TagFilter.of(Map.of("host", Set.of("h1", "h2"), "env", Set.of("e0")));
        };
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription subscription =
        new Subscription(CHANNEL, filter, all.names(), null, null, Format.METRIC);
    ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, CHANNEL));
    return new Client(
        stream.open(subscription, PlainEncoder.INSTANCE, StartPosition.NOW, null), filter);
  }

  /** Takes one step of reading or catching up, so that publications happen in between. */
  private static void readStep(Client client, ReceivedMessages received) {
    if (client.reader.poll(received) == FeedReader.Progress.CATCH_UP_REQUIRED) {
      client.reader.catchUp(received);
    }
    received.drainMessages().forEach(client::onMessage);
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
    TestStreams.awaitPublications(hub, ++publications); // the hub's timer may have been in its way
  }
}
