package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Views for tests of their limits. */
final class TestViews {

  private TestViews() {}

  /** Returns views of a channel that differ in their names. */
  static List<ViewLimits.View> distinct(Channel channel, int count) {
    Subscription all = Subscription.ofChannel(channel);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Subscription(
                    channel,
                    all.tags(),
                    new TreeSet<>(Set.of(NamePattern.parse("view" + i))),
                    null,
                    null,
                    all.format()))
        .map(view -> new ViewLimits.View(view, Encoding.JSON))
        .toList();
  }
}
