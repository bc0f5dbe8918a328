package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.transport.EventParts;
import org.jspecify.annotations.Nullable;

/**
 * The memory in which the streams of one I/O thread read frames and collect the parts of a write.
 * The same frames become the same events for each stream that has one channel and is at the same
 * position, so such a stream writes the parts of the stream before it. It refers to the last
 * frames, so the memory of one ring segment may not be collected. Confined to the I/O thread.
 */
public final class ThreadEvents {

  /** The frames of the parts, and the position of each stream that writes them. */
  private record Origin(
      SharedFrames frames,
      int from,
      int to,
      boolean countsMessages,
      ChannelPosition before,
      ChannelPosition after) {

    boolean isOf(SharedFrames others, int othersFrom, int othersTo, StreamChannel channel) {
      return others == frames
          && othersFrom == from
          && othersTo == to
          && channel.countsMessages() == countsMessages
          && channel.position().equals(before);
    }
  }

  private final EventParts parts = new EventParts();
  private final JsonFrame frame = new JsonFrame();
  private @Nullable Origin origin;

  /** Returns the parts. Their owner is the stream that called {@link #clear}. */
  EventParts parts() {
    return parts;
  }

  /** Returns the reader of frames. A stream moves it before each use. */
  JsonFrame frame() {
    return frame;
  }

  /** Removes all parts. */
  void clear() {
    parts.clear();
    origin = null;
  }

  /**
   * Records the frames of the parts. All of them must be metrics of the stream's only channel.
   *
   * @param channel the only channel of the stream, after these frames
   * @param before its position before them
   */
  void record(
      SharedFrames frames, int from, int to, StreamChannel channel, ChannelPosition before) {
    origin = new Origin(frames, from, to, channel.countsMessages(), before, channel.position());
  }

  /**
   * Moves a channel past some frames if the parts are the events of these frames for it.
   *
   * @param channel the only channel of its stream, which skips no message
   * @return whether the stream can write the parts
   */
  boolean repeat(SharedFrames frames, int from, int to, StreamChannel channel) {
    Origin known = origin;
    if (known == null || !known.isOf(frames, from, to, channel)) {
      return false;
    }
    channel.moveTo(known.after());
    return true;
  }
}
