package io.greenlang.metrics.websocket.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameEncoder;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Gets what a client would get of one publication, without sockets. */
final class Subscriber {

  private Subscriber() {}

  static FrameEncoder encoder(Encoding encoding) {
    return encoding == Encoding.JSON ? JsonFrameEncoder.INSTANCE : MessagePackFrameEncoder.INSTANCE;
  }

  /** The payloads that a publication of these metrics makes; all are of one channel. */
  static List<byte[]> payloads(Encoding encoding, Format format, Metric... metrics) {
    try (MetricsHub hub = MetricsHub.create()) {
      Channel channel = metrics[0].channel();
      ChannelStream stream = Objects.requireNonNull(hub.stream(channel));
      Subscription all = Subscription.to(channel);
      Subscription subscription = new Subscription(channel, all.tags(), all.names(), format);
      FeedCursor cursor = stream.open(subscription, encoder(encoding), false, null);
      hub.publish(List.of(metrics));
      List<byte[]> payloads = new ArrayList<>();
      cursor.poll(
          (frames, from, to, count) -> {
            payloads.addAll(split(frames.bytes().duplicate().position(from).limit(to)));
            frames.release();
          });
      cursor.close();
      return payloads;
    }
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
