package io.greenlang.metrics.testkit;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What a hub is to a broker, and strict: each channel is opened once and first, and what comes is
 * the next number of its epoch, by a log time that does not decrease. What breaks that is thrown on
 * the broker's thread, and does not get to the test, which waits for it.
 */
final class ContractReceiver implements BrokerReceiver {

  private record Place(String epoch, long offset, long logMillis) {}

  private final Map<Channel, Place> places = new ConcurrentHashMap<>();
  private final Consumer<Publication> action;

  ContractReceiver(Consumer<Publication> action) {
    this.action = action;
  }

  @Override
  public void open(Channel channel, ChannelLog log) {
    Place before =
        places.putIfAbsent(channel, new Place(log.epoch(), log.offset(), Long.MIN_VALUE));
    if (before != null) {
      throw new AssertionError("channel " + channel + " was opened twice");
    }
  }

  @Override
  public void accept(Publication publication) {
    Place place = places.get(publication.channel());
    if (place == null
        || !place.epoch().equals(publication.epoch())
        || publication.offset() != place.offset() + 1
        || publication.logMillis() < place.logMillis()) {
      throw new AssertionError(publication + " behind " + place);
    }
    places.put(
        publication.channel(),
        new Place(publication.epoch(), publication.offset(), publication.logMillis()));
    action.accept(publication);
  }

  @Override
  public void interrupt(Interruption interruption) {
    throw new AssertionError("nothing was lost, but " + interruption);
  }
}
