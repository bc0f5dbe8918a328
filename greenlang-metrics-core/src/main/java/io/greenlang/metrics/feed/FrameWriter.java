package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns chosen metrics of a block into the WebSocket frames that a subscription asks for. One
 * thread at a time.
 *
 * <p>A message may be marked with where its client stands once it has it. Of the messages of one
 * publication only the last one has the publication's own offset: a client that is cut off between
 * two of them must not believe that it has seen both.
 */
final class FrameWriter {

  private record TagsAndTime(Tags tags, long timeMillis) {}

  private final Subscription subscription;
  private final FrameEncoder encoder;
  private final FrameBuffer payload = new FrameBuffer();
  private final FrameBuffer marked = new FrameBuffer();

  private long offsetBefore;
  private long offset;
  private boolean replayed;
  private boolean encoded;
  private int left;

  FrameWriter(Subscription subscription, FrameEncoder encoder) {
    this.subscription = subscription;
    this.encoder = encoder;
  }

  /** Where a client stands while it has some of the messages that follow, and once it has all. */
  void at(long before, long after, boolean fromThePast) {
    offsetBefore = before;
    offset = after;
    replayed = fromThePast;
  }

  /** Appends the frames of the metrics at those indexes to {@code out}, and tells how many. */
  int write(MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    return switch (subscription.format()) {
      case METRIC -> metrics(block, indexes, count, out);
      case BATCH -> batch(block, indexes, count, out);
      case SNAPSHOT -> snapshots(block, indexes, count, out);
    };
  }

  /** Whether the last {@link #write} had to encode what nobody had encoded before. */
  boolean encoded() {
    return encoded;
  }

  /** Appends the message that says how much will not come one by one. */
  void lagged(long missed, FrameBuffer out) {
    payload.clear();
    encoder.lagged(subscription.channel(), missed, payload);
    frame(payload, out);
  }

  /** Appends the message that says that something is lost; the client stands there now. */
  void interrupted(@Nullable Long missed, Position place, FrameBuffer out) {
    payload.clear();
    encoder.interrupted(
        subscription.channel(), missed, subscription.offsets() ? place : null, payload);
    frame(payload, out);
  }

  private int metrics(MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    encoded = block.write(encoder, indexes, count);
    Encoding encoding = encoder.encoding();
    left = count;
    for (int i = 0; i < count; i++) {
      if (isMarked()) {
        payload.clear();
        block.copy(encoding, indexes[i], payload);
        message(out);
      } else {
        out.putFrameHeader(encoding.opcode(), block.length(encoding, indexes[i]));
        block.copy(encoding, indexes[i], out);
      }
    }
    return count;
  }

  private int batch(MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    encoded = block.write(encoder, indexes, count);
    payload.clear();
    encoder.beginBatch(subscription.channel(), count, payload);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        encoder.separateBatch(payload);
      }
      block.copy(encoder.encoding(), indexes[i], payload);
    }
    encoder.endBatch(payload);
    left = 1;
    message(out);
    return 1;
  }

  /** A nested message for each set of tags and time. */
  private int snapshots(MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    encoded = true;
    Map<TagsAndTime, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      TagsAndTime group = new TagsAndTime(block.series(index).tags(), block.timeMillis(index));
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(index);
    }
    left = groups.size();
    Channel channel = subscription.channel();
    groups.forEach(
        (group, members) -> {
          SnapshotTree tree = new SnapshotTree();
          for (int index : members) {
            tree.put(block.series(index).name(), block.value(index));
          }
          payload.clear();
          encoder.snapshot(channel, group.tags(), group.timeMillis(), tree.root(), payload);
          message(out);
        });
    return groups.size();
  }

  private boolean isMarked() {
    return replayed || subscription.offsets();
  }

  /** Appends the payload as the next message of metrics, marked if need be. */
  private void message(FrameBuffer out) {
    left--;
    if (!isMarked()) {
      frame(payload, out);
      return;
    }
    Long place = null;
    if (subscription.offsets()) {
      place = left > 0 ? offsetBefore : offset;
    }
    marked.clear();
    encoder.mark(payload, 0, payload.length(), place, replayed, marked);
    frame(marked, out);
  }

  private void frame(FrameBuffer content, FrameBuffer out) {
    out.putFrameHeader(encoder.encoding().opcode(), content.length());
    out.put(content, 0, content.length());
  }
}
