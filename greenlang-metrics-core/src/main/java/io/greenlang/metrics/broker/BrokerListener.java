package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import java.util.Collection;

/**
 * A listener to which a broker delivers publications. Within a channel, the broker calls it on one
 * thread at a time. Except for {@link #onChannelOpened}, the methods do not block and do not throw.
 */
public interface BrokerListener {

  /**
   * Called once per channel, before any other event of the channel. The listener reads as much of
   * the log as it needs before it returns. Subsequent deliveries continue immediately after the
   * log's {@linkplain ChannelLog#offset offset}.
   *
   * @throws IllegalArgumentException if the listener cannot accept another channel
   */
  void onChannelOpened(Channel channel, ChannelLog log);

  /**
   * Called with the next publication of a channel. Its offset is the successor within the same
   * epoch, unless a gap was {@linkplain #onGap reported}.
   */
  void onPublication(Publication publication);

  /**
   * Called when publications of a channel are lost to this instance, or may be. Later publications
   * continue after the gap.
   */
  void onGap(Gap gap);

  /**
   * Called when another instance, now or earlier, has described metrics of a channel, or when the
   * broker describes its own. Descriptions that are known already may be repeated. May be called
   * concurrently with the other methods.
   */
  default void onDescriptions(Channel channel, Collection<MetricDescription> descriptions) {}

  /**
   * Called with revocations of this and other instances. Those that are known already may be
   * repeated. May be called concurrently with the other methods.
   */
  default void onRevocations(Collection<Revocation> revocations) {}
}
