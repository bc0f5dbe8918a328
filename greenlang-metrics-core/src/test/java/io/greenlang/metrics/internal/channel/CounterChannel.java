package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A channel of counters on a manual clock, with their live windows and those of history. Only
 * {@link #publish} is thread-safe.
 */
final class CounterChannel {

  private static final Channel CHANNEL = new Channel("test.metrics");
  static final long START = 1_700_000_000_000L; // a multiple of 5 s, and of 100 s

  /** The numbers of a window's message. */
  record Window(long start, double value, long count, double delta, double rate) {

    private static final Pattern MESSAGE =
        Pattern.compile("M \\S+=(\\S+) n=(\\d+) @(\\d+)\\S* delta(\\S+) rate(\\S+).*");

    static Window of(String message) {
      Matcher matcher = MESSAGE.matcher(message);
      assertThat(matcher.matches()).as(message).isTrue();
      return new Window(
          Long.parseLong(matcher.group(3)),
          Double.parseDouble(matcher.group(1)),
          Long.parseLong(matcher.group(2)),
          Double.parseDouble(matcher.group(4)),
          Double.parseDouble(matcher.group(5)));
    }
  }

  final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final LocalBroker broker = new LocalBroker(clock);
  private ChannelRegistry streams = registry(Retention.defaults());
  private ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private ChannelRegistry registry(Retention retention) {
    return new ChannelRegistry(
        new ChannelLimits(1024 * 1024, 1000), clock, Aggregators.builtIn(clock), retention, broker);
  }

  void withoutHistory() {
    replaceHistory(Retention.NONE);
  }

  void withNewHistory() {
    replaceHistory(Retention.defaults());
  }

  private void replaceHistory(Retention retention) {
    streams = registry(retention);
    stream = TestStreams.open(streams, CHANNEL);
  }

  FeedReader open(Interval interval, @Nullable List<String> groupBy, StartPosition position) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return stream.open(
        new Subscription(
            CHANNEL,
            all.tags(),
            all.names(),
            interval,
            groupBy == null ? null : new TreeSet<>(groupBy),
            Format.METRIC),
        PlainEncoder.INSTANCE,
        position,
        null);
  }

  FeedReader open(Interval interval) {
    return open(interval, null, StartPosition.NOW);
  }

  FeedReader openGrouped(Interval interval) {
    return open(interval, List.of(), StartPosition.NOW);
  }

  List<Window> windows(FeedReader reader) {
    return received.drain(reader).stream().map(Window::of).toList();
  }

  static double sumOfDeltas(List<Window> windows) {
    return windows.stream().mapToDouble(Window::delta).sum();
  }

  private List<HistoryPoint> history(Interval interval) {
    HistoryPage page =
        stream.find(
            new HistoryQuery(
                (name, tags) -> true, 0, Long.MAX_VALUE, interval, HistoryQuery.MAX_LIMIT, null));
    return Objects.requireNonNull(page).points();
  }

  List<Window> historyWindows(Interval interval) {
    List<Window> windows = new ArrayList<>();
    for (HistoryPoint point : history(interval)) {
      double[] details = new double[2];
      Objects.requireNonNull(point.aggregate())
          .forEachField(
              interval.millis(), (name, number) -> details[name.equals("delta") ? 0 : 1] = number);
      windows.add(
          new Window(
              point.key().timeMillis(),
              point.value(),
              point.aggregate().count(),
              details[0],
              details[1]));
    }
    return windows;
  }

  static Metric counter(double total, String... tags) {
    return Metric.counter(CHANNEL, "n", total, Tags.of(tags));
  }

  synchronized void publish(Metric... metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> stamped =
        List.of(metrics).stream()
            .map(m -> m.timestamp() == null ? m.withTimestamp(now) : m)
            .toList();
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), stamped));
  }

  void publishAt(long millis, Metric... metrics) {
    advanceTo(millis);
    publish(metrics);
  }

  static Metric stamped(Metric metric, long millis) {
    return metric.withTimestamp(Instant.ofEpochMilli(START + millis));
  }

  void advanceTo(long millis) {
    long step = START + millis - clock.wallTimeMillis();
    if (step < 0) {
      clock.stepWallTime(Duration.ofMillis(step));
    } else {
      clock.advance(Duration.ofMillis(step));
    }
    tick();
  }

  void tick() {
    streams.tick();
  }

  List<String> latest() {
    FeedReader reader =
        stream.open(
            Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.LATEST, null);
    List<String> messages = received.drain(reader);
    reader.close();
    return messages;
  }
}
