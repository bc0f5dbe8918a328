package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricSink;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The access of transports to the channel streams of a hub. The streams are not part of the hub's
 * public API, so the hub does not return them: it registers an accessor here when its class is
 * initialized. Any thread.
 */
public final class HubStreams {

  private static volatile @Nullable Function<MetricSink, ChannelRegistry> accessor;

  private HubStreams() {}

  /** Registers the function that returns the streams of a hub. */
  public static void register(Function<MetricSink, ChannelRegistry> hubAccessor) {
    accessor = hubAccessor;
  }

  /**
   * Returns the stream of a channel; null if the channel does not exist.
   *
   * @param hub a {@code MetricsHub}
   */
  public static @Nullable ChannelStream find(MetricSink hub, Channel channel) {
    return of(hub).find(channel);
  }

  /**
   * Returns all streams of a hub.
   *
   * @param hub a {@code MetricsHub}
   */
  public static ChannelRegistry of(MetricSink hub) {
    return Objects.requireNonNull(accessor, "there is no hub").apply(hub);
  }
}
