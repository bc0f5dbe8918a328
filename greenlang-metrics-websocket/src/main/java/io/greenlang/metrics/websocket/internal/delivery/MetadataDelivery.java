package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.metadata.ViewMetadata;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of units and descriptions to one client with one view. The metrics are in frames
 * that all clients of the view share; the descriptions are sent to each client that asked for them.
 * They do not count against its limit of metric frames. Confined to the I/O thread.
 */
final class MetadataDelivery {

  /** The maximum number of descriptions in a message, which then has about 10 KB. */
  private static final int MAX_PER_MESSAGE = 128;

  private final ViewMetadata metadata;
  private final Channel channel;
  private final Encoding encoding;
  private final FrameOutput output;

  private MetadataDelivery(
      ViewMetadata metadata, Channel channel, Encoding encoding, FrameOutput output) {
    this.metadata = metadata;
    this.channel = channel;
    this.encoding = encoding;
    this.output = output;
  }

  /** Returns the delivery for a reader; null if its client did not ask for metadata. */
  static @Nullable MetadataDelivery of(FeedReader reader, FrameOutput output) {
    ViewMetadata metadata = reader.metadata();
    return metadata == null
        ? null
        : new MetadataDelivery(
            metadata,
            reader.feed().subscription().channel(),
            reader.feed().encoder().encoding(),
            output);
  }

  /** Sends one message, if descriptions have changed; returns whether it did. */
  boolean deliverNext() {
    if (!metadata.hasChanges()) {
      return false;
    }
    List<MetricDescription> next = metadata.poll(MAX_PER_MESSAGE);
    if (next.isEmpty()) {
      return false; // the changes concern other views
    }
    SharedFrames frames = MessageFrames.of(new ServerMessage.Metadata(channel, next), encoding);
    output.write(frames, 0, frames.bytes().capacity(), 1);
    return true;
  }

  /** Sends all descriptions that have changed. */
  void deliverAll() {
    boolean delivered = true;
    while (delivered) {
      delivered = deliverNext();
    }
  }

  /**
   * Returns a sink that sends descriptions before the frames. The frames are already taken from the
   * ring, so no description of their metrics can arrive later.
   */
  FrameSink before(FrameSink metrics) {
    return (frames, from, to, count) -> {
      deliverAll();
      metrics.write(frames, from, to, count);
    };
  }
}
