package io.greenlang.metrics.testkit;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A strict stand-in for the hub. It requires that each channel is opened exactly once and before
 * its first publication, that offsets are consecutive within an epoch, and that the log time never
 * decreases. A violation is thrown on the broker's thread. It does not reach the test directly: the
 * test fails because the publication that it awaits never arrives.
 */
final class StrictBrokerListener implements BrokerListener {

  private record LogPosition(String epoch, long offset, long logMillis) {}

  private final Map<Channel, LogPosition> positions = new ConcurrentHashMap<>();
  private final Consumer<Publication> action;

  StrictBrokerListener(Consumer<Publication> action) {
    this.action = action;
  }

  @Override
  public void onChannelOpened(Channel channel, ChannelLog log) {
    LogPosition previous =
        positions.putIfAbsent(channel, new LogPosition(log.epoch(), log.offset(), Long.MIN_VALUE));
    if (previous != null) {
      throw new AssertionError("channel " + channel + " was opened twice");
    }
  }

  @Override
  public void onPublication(Publication publication) {
    LogPosition position = positions.get(publication.channel());
    if (position == null
        || !position.epoch().equals(publication.epoch())
        || publication.offset() != position.offset() + 1
        || publication.logMillis() < position.logMillis()) {
      throw new AssertionError(publication + " after " + position);
    }
    positions.put(
        publication.channel(),
        new LogPosition(publication.epoch(), publication.offset(), publication.logMillis()));
    action.accept(publication);
  }

  @Override
  public void onGap(Gap gap) {
    throw new AssertionError("unexpected gap: " + gap);
  }
}
