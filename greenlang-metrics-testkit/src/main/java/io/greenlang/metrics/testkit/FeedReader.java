package io.greenlang.metrics.testkit;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameEncoder;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a client of a channel would get, without sockets: a hub's frames without their headers. */
final class FeedReader implements AutoCloseable {

  private final MetricsHub hub = MetricsHub.create();
  private final FrameEncoder encoder;
  private final FeedCursor cursor;

  FeedReader(FrameEncoder encoder, Channel channel, Format format) {
    this.encoder = encoder;
    hub.addChannel(channel.name());
    ChannelStream stream = Objects.requireNonNull(hub.stream(channel));
    Subscription all = Subscription.to(channel);
    cursor =
        stream.open(
            new Subscription(channel, all.tags(), all.names(), format), encoder, false, null);
  }

  /** Publishes and returns the payloads that come of it. */
  List<byte[]> publish(List<Metric> metrics) {
    hub.publish(metrics);
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
