package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns chosen metrics of a block into WebSocket frames, in the format that a subscription asks
 * for, and tells how many. Under the channel's lock.
 */
final class FrameWriter {

  private record TagsAndTime(Tags tags, long timeMillis) {}

  private final FrameEncoder encoder;
  private final FrameBuffer payload = new FrameBuffer();

  FrameWriter(FrameEncoder encoder) {
    this.encoder = encoder;
  }

  /** A message a metric. */
  int metrics(MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    Encoding encoding = encoder.encoding();
    for (int i = 0; i < count; i++) {
      out.putFrameHeader(encoding.opcode(), block.length(encoding, indexes[i]));
      block.copy(encoding, indexes[i], out);
    }
    return count;
  }

  /** One message with a list of metrics. */
  int batch(Channel channel, MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    payload.clear();
    encoder.beginBatch(channel, count, payload);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        encoder.separateBatch(payload);
      }
      block.copy(encoder.encoding(), indexes[i], payload);
    }
    encoder.endBatch(payload);
    frame(out);
    return 1;
  }

  /** A nested message for each set of tags and time. */
  int snapshots(Channel channel, MetricBlock block, int[] indexes, int count, FrameBuffer out) {
    Map<TagsAndTime, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      TagsAndTime group = new TagsAndTime(block.series(index).tags(), block.timeMillis(index));
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(index);
    }
    groups.forEach(
        (group, members) -> {
          SnapshotTree tree = new SnapshotTree();
          for (int index : members) {
            tree.put(block.series(index).name(), block.value(index));
          }
          payload.clear();
          encoder.snapshot(channel, group.tags(), group.timeMillis(), tree.root(), payload);
          frame(out);
        });
    return groups.size();
  }

  /** The message that says how much will not come one by one. */
  void lagged(Channel channel, long missed, FrameBuffer out) {
    payload.clear();
    encoder.lagged(channel, missed, payload);
    frame(out);
  }

  private void frame(FrameBuffer out) {
    out.putFrameHeader(encoder.encoding().opcode(), payload.length());
    out.put(payload, 0, payload.length());
  }
}
