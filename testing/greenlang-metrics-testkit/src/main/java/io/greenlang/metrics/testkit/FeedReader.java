package io.greenlang.metrics.testkit;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameEncoder;
import io.greenlang.metrics.feed.Start;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a client of a channel would get, without sockets: a hub's frames without their headers. */
final class FeedReader implements AutoCloseable {

  private final MetricsHub hub;
  private final FrameEncoder encoder;
  private final FeedCursor cursor;

  /** Reads what a hub of its own has on a channel, unaggregated. */
  FeedReader(FrameEncoder encoder, Channel channel, Format format) {
    this(MetricsHub.create(), encoder, all(channel, null, format));
  }

  /** Reads what somebody asked of a hub, and closes that in the end. */
  FeedReader(MetricsHub hub, FrameEncoder encoder, Subscription subscription) {
    this.hub = hub;
    this.encoder = encoder;
    Channel channel = hub.addChannel(subscription.channel().name());
    ChannelStream stream = Objects.requireNonNull(hub.stream(channel));
    cursor = stream.open(subscription, encoder, Start.NOW, null);
  }

  /** Everything on a channel. */
  static Subscription all(Channel channel, @Nullable Interval interval, Format format) {
    Subscription all = Subscription.to(channel);
    return new Subscription(channel, all.tags(), all.names(), interval, null, format);
  }

  /** Publishes and returns the payloads that come of it. */
  List<byte[]> publish(List<Metric> metrics) {
    hub.publish(metrics);
    return poll();
  }

  /** Returns the payloads that came since. */
  List<byte[]> poll() {
    List<byte[]> payloads = new ArrayList<>();
    FeedCursor.Progress progress = FeedCursor.Progress.FRAMES;
    while (progress == FeedCursor.Progress.FRAMES) {
      progress =
          cursor.poll(
              (frames, from, to, count) -> {
                ByteBuffer bytes = frames.bytes().duplicate().position(from).limit(to);
                for (int i = 0; i < count; i++) {
                  payloads.add(payload(bytes));
                }
                frames.release();
                if (bytes.hasRemaining()) {
                  throw new AssertionError(bytes.remaining() + " bytes behind the last frame");
                }
              });
    }
    return payloads;
  }

  private byte[] payload(ByteBuffer frames) {
    int first = frames.get() & 0xFF;
    if (first != (0x80 | encoder.encoding().opcode())) {
      throw new AssertionError("a frame begins with " + first);
    }
    int length = frames.get();
    long full =
        length == 126 ? frames.getShort() & 0xFFFF : length == 127 ? frames.getLong() : length;
    byte[] payload = new byte[Math.toIntExact(full)];
    frames.get(payload);
    return payload;
  }

  @Override
  public void close() {
    cursor.close();
    hub.close();
  }
}
