package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.Format;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random views of a channel. */
final class RandomViews {

  private final Random random;
  private final String channel;

  RandomViews(Random random, String channel) {
    this.random = random;
    this.channel = channel;
  }

  /** Returns a view of a subscription. */
  View next() {
    Interval interval = interval();
    List<String> groupBy =
        interval == null
            ? null
            : choose(Arrays.asList(null, null, List.of(), List.of("zone"), List.of("host")));
    return view(interval, groupBy, choose(List.of(Format.values())));
  }

  /** Returns a view for a request for history. */
  View nextHistory() {
    return view(interval(), null, Format.METRIC);
  }

  private View view(@Nullable Interval interval, @Nullable List<String> groupBy, Format format) {
    return new View(
        channel,
        choose(
            List.of(
                List.of("*"),
                List.of("*"),
                List.of("duration.p95", "calls"),
                List.of("duration", "took"),
                List.of("load.*", "duration.*"))),
        choose(
            List.of(
                Map.of(),
                Map.of(),
                Map.of("host", List.of("h1")),
                Map.of("zone", List.of("z0"), "host", List.of("h0", "h2")))),
        interval,
        groupBy,
        format,
        choose(List.of(List.of(), List.of(0.9, 0.999), List.of(0.0, 0.25, 1.0))),
        random.nextBoolean(),
        random.nextInt(3) > 0,
        format == Format.COLUMNAR ? Encoding.MESSAGEPACK : choose(List.of(Encoding.values())));
  }

  private @Nullable Interval interval() {
    return choose(
        Arrays.asList(
            null,
            null,
            Interval.ONE_SECOND,
            Interval.FIVE_SECONDS,
            Interval.ONE_MINUTE,
            Interval.FIVE_MINUTES));
  }

  private <T extends @Nullable Object> T choose(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
