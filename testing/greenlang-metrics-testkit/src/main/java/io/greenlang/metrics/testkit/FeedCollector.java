package io.greenlang.metrics.testkit;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A feed consumer without sockets: it returns the payloads that a client of the channel would
 * receive, with the WebSocket frame headers removed.
 */
final class FeedCollector implements AutoCloseable {

  private final MetricsHub hub;
  private final FramePayloads payloads;
  private final FeedReader reader;

  /** Creates a reader of one channel on a new hub, without aggregation. */
  FeedCollector(FrameEncoder encoder, Channel channel, Format format) {
    this(MetricsHub.create(), encoder, toAllMetrics(channel, null, format));
  }

  /** Creates a reader of the subscription; {@link #close} also closes the hub. */
  FeedCollector(MetricsHub hub, FrameEncoder encoder, Subscription subscription) {
    this.hub = hub;
    this.payloads = new FramePayloads(encoder.encoding());
    Channel channel = hub.addChannel(subscription.channel().name());
    ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, channel));
    reader = stream.open(subscription, encoder, StartPosition.NOW, null);
  }

  /** Returns a subscription to all metrics of a channel. */
  static Subscription toAllMetrics(Channel channel, @Nullable Interval interval, Format format) {
    Subscription all = Subscription.ofChannel(channel);
    return new Subscription(channel, all.tags(), all.names(), interval, null, format);
  }

  /** Publishes the metrics and returns the resulting payloads. */
  List<byte[]> publish(List<Metric> metrics) {
    hub.publish(metrics);
    return poll();
  }

  /** Returns the payloads that are new since the last call. */
  List<byte[]> poll() {
    FeedReader.Progress progress = FeedReader.Progress.FRAMES;
    while (progress == FeedReader.Progress.FRAMES) {
      progress = reader.poll(payloads);
    }
    return payloads.drain();
  }

  @Override
  public void close() {
    reader.close();
    hub.close();
  }
}
