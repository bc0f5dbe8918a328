package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Returns the payloads that a client would receive, without sockets. */
final class SampleFeed {

  private SampleFeed() {}

  static FrameEncoder encoder(Encoding encoding) {
    return encoding == Encoding.JSON ? JsonFrameEncoder.INSTANCE : MessagePackFrameEncoder.INSTANCE;
  }

  /** Returns the payloads of a publication of these metrics, which must share a channel. */
  static List<byte[]> payloads(Encoding encoding, Format format, Metric... metrics) {
    return payloads(encoding, format, HistogramFields.NONE, metrics);
  }

  /** Returns the payloads with further fields of histograms. */
  static List<byte[]> payloads(
      Encoding encoding, Format format, HistogramFields fields, Metric... metrics) {
    return payloads(encoding, format, fields, false, List.of(List.of(metrics)));
  }

  /** Returns the payloads of publications of one channel to a client that may resume. */
  static List<byte[]> payloads(
      Encoding encoding,
      Format format,
      HistogramFields fields,
      boolean offsets,
      List<List<Metric>> publications) {
    try (MetricsHub hub = MetricsHub.create()) {
      Channel channel = publications.get(0).get(0).channel();
      ChannelStream stream = Objects.requireNonNull(HubStreams.find(hub, channel));
      Subscription defaults = Subscription.ofChannel(channel);
      Subscription subscription =
          new Subscription(
              channel, defaults.tags(), defaults.names(), null, null, format, fields, offsets);
      FeedReader reader = stream.open(subscription, encoder(encoding), StartPosition.NOW, null);
      publications.forEach(hub::publish);
      List<byte[]> payloads = new ArrayList<>();
      FeedReader.Progress progress = FeedReader.Progress.FRAMES;
      while (progress == FeedReader.Progress.FRAMES) {
        progress =
            reader.poll(
                (frames, from, to, count) -> {
                  payloads.addAll(split(frames.bytes().duplicate().position(from).limit(to)));
                  frames.release();
                });
      }
      reader.close();
      return payloads;
    }
  }

  /** Returns the payload of the five-second window that these metrics of one series form. */
  static byte[] window(Encoding encoding, Metric... metrics) {
    return window(encoding, Format.METRIC, metrics);
  }

  /** Returns the payload of the window in a format. */
  static byte[] window(Encoding encoding, Format format, Metric... metrics) {
    Channel channel = metrics[0].channel();
    long[] now = {metrics[0].timestampMillis()};
    MetricsClock clock =
        new MetricsClock() {
          @Override
          public long wallTimeMillis() {
            return now[0];
          }

          @Override
          public long monotonicNanos() {
            return 0;
          }
        };
    ChannelRegistry streams =
        new ChannelRegistry(
            ChannelLimits.DEFAULT,
            clock,
            Aggregators.builtIn(clock),
            Retention.NONE,
            new LocalBroker(clock));
    streams.onChannelOpened(channel, ChannelLog.empty("e"));
    ChannelStream stream = Objects.requireNonNull(streams.find(channel));
    Subscription defaults = Subscription.ofChannel(channel);
    Interval interval = Interval.FIVE_SECONDS;
    FeedReader reader =
        stream.open(
            new Subscription(channel, defaults.tags(), defaults.names(), interval, null, format),
            encoder(encoding),
            StartPosition.NOW,
            null);
    stream.accept(new Publication(channel, "e", 1, now[0], List.of(metrics)));
    now[0] += 2 * interval.millis();
    streams.tick();
    List<byte[]> payloads = new ArrayList<>();
    reader.poll(
        (frames, from, to, count) -> {
          payloads.addAll(split(frames.bytes().duplicate().position(from).limit(to)));
          frames.release();
        });
    return payloads.get(0);
  }

  private static List<byte[]> split(ByteBuffer frames) {
    List<byte[]> payloads = new ArrayList<>();
    while (frames.hasRemaining()) {
      frames.get();
      int length = frames.get();
      byte[] payload = new byte[length == 126 ? frames.getShort() & 0xFFFF : length];
      frames.get(payload);
      payloads.add(payload);
    }
    return payloads;
  }
}
