package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A writer that turns selected metrics of a batch into the WebSocket frames that a subscription
 * requests. Used by one thread at a time.
 *
 * <p>A message may carry the client's offset after receiving it. Only the last message of a
 * publication carries the publication's own offset. A client that disconnects between two of them
 * must not conclude that it has received both.
 */
public final class FrameWriter {

  /**
   * The buffers in which messages are built. They keep the size of the largest message, so the
   * writers that one thread at a time uses share them.
   */
  public static final class Scratch {
    private final FrameBuffer payload = new FrameBuffer();
    private final FrameBuffer annotated = new FrameBuffer();
  }

  private record SnapshotKey(Tags tags, long timeMillis) {}

  private final Subscription subscription;
  private final FrameEncoder encoder;
  private final FrameBuffer payload;
  private final FrameBuffer annotated;
  private final @Nullable ColumnEncoder columns;

  private long offsetBefore;
  private long offset;
  private boolean replayed;
  private boolean hasEncoded;
  private int remaining;

  /** Creates a writer for a subscription. */
  public FrameWriter(Subscription subscription, FrameEncoder encoder) {
    this(subscription, encoder, new Scratch());
  }

  /** Creates a writer for a subscription that shares its buffers with others. */
  public FrameWriter(Subscription subscription, FrameEncoder encoder, Scratch scratch) {
    this(subscription, encoder, scratch, null);
  }

  /**
   * Creates a writer for a subscription that shares its buffers with others.
   *
   * @param columns encodes publications in columns; null if every message is to be independent
   */
  public FrameWriter(
      Subscription subscription,
      FrameEncoder encoder,
      Scratch scratch,
      @Nullable ColumnEncoder columns) {
    this.columns = columns;
    this.subscription = subscription;
    this.encoder = encoder;
    this.payload = scratch.payload;
    this.annotated = scratch.annotated;
  }

  /**
   * Sets the client's offset after it has received some, and after it has received all, of the
   * messages that follow.
   */
  public void setOffsets(long before, long after, boolean isReplay) {
    offsetBefore = before;
    offset = after;
    replayed = isReplay;
  }

  /**
   * Appends the frames of the metrics at the given indexes to {@code out}, and returns their
   * number.
   */
  public int write(MetricBatch batch, int[] indexes, int count, FrameBuffer out) {
    return switch (subscription.format()) {
      case METRIC -> writeMetrics(batch, indexes, count, out);
      case BATCH -> writeBatch(batch, indexes, count, out);
      case SNAPSHOT -> writeSnapshots(batch, indexes, count, out);
      case COLUMNAR ->
          columns == null
              ? writeBatch(batch, indexes, count, out)
              : writeColumns(columns, batch, indexes, count, out);
    };
  }

  /** Returns whether the last {@link #write} encoded metrics that had not been encoded before. */
  public boolean hasEncoded() {
    return hasEncoded;
  }

  /** Appends the message with the number of metrics that are not delivered individually. */
  public void lagged(long missed, boolean isOverBudget, FrameBuffer out) {
    payload.clear();
    if (isOverBudget) {
      encoder.overBudget(subscription.channel(), missed, payload);
    } else {
      encoder.lagged(subscription.channel(), missed, payload);
    }
    putFrame(payload, out);
  }

  /** Appends the gap message; it contains the client's position from here on. */
  public void gap(@Nullable Long missed, @Nullable StreamPosition position, FrameBuffer out) {
    payload.clear();
    encoder.gap(subscription.channel(), missed, subscription.offsets() ? position : null, payload);
    putFrame(payload, out);
  }

  /** Appends the message with the number of metrics dropped at the series limit. */
  public void dropped(long missed, FrameBuffer out) {
    payload.clear();
    encoder.dropped(subscription.channel(), missed, payload);
    putFrame(payload, out);
  }

  private int writeMetrics(MetricBatch batch, int[] indexes, int count, FrameBuffer out) {
    hasEncoded = batch.write(encoder, subscription.histogramFields(), indexes, count);
    Encoding encoding = encoder.encoding();
    HistogramFields fields = subscription.histogramFields();
    remaining = count;
    for (int i = 0; i < count; i++) {
      if (isAnnotated()) {
        payload.clear();
        batch.copy(encoding, fields, indexes[i], payload);
        putMessage(out);
      } else {
        out.putFrameHeader(encoding.opcode(), batch.length(encoding, fields, indexes[i]));
        batch.copy(encoding, fields, indexes[i], out);
      }
    }
    return count;
  }

  private int writeBatch(MetricBatch batch, int[] indexes, int count, FrameBuffer out) {
    hasEncoded = batch.write(encoder, subscription.histogramFields(), indexes, count);
    payload.clear();
    encoder.beginBatch(subscription.channel(), count, payload);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        encoder.separateBatch(payload);
      }
      batch.copy(encoder.encoding(), subscription.histogramFields(), indexes[i], payload);
    }
    encoder.endBatch(payload);
    remaining = 1;
    putMessage(out);
    return 1;
  }

  private int writeColumns(
      ColumnEncoder encoder, MetricBatch batch, int[] indexes, int count, FrameBuffer out) {
    payload.clear();
    if (!encoder.write(batch, indexes, count, payload)) {
      return writeBatch(batch, indexes, count, out);
    }
    hasEncoded = true;
    remaining = 1;
    putMessage(out);
    return 1;
  }

  /**
   * Writes one nested message per combination of tags and time, and further ones for the names that
   * occur repeatedly in it.
   */
  private int writeSnapshots(MetricBatch batch, int[] indexes, int count, FrameBuffer out) {
    hasEncoded = true;
    Map<SnapshotKey, SnapshotSequence> groups = new LinkedHashMap<>();
    SnapshotLeaves leaves =
        new SnapshotLeaves(subscription.histogramFields(), batch, indexes, count);
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      SnapshotKey group = new SnapshotKey(batch.series(index).tags(), batch.timeMillis(index));
      leaves.addTo(groups.computeIfAbsent(group, key -> new SnapshotSequence()), index);
    }
    int messages = groups.values().stream().mapToInt(group -> group.trees().size()).sum();
    remaining = messages;
    groups.forEach((group, sequence) -> writeSnapshots(group, sequence, out));
    return messages;
  }

  private void writeSnapshots(SnapshotKey group, SnapshotSequence snapshots, FrameBuffer out) {
    Channel channel = subscription.channel();
    for (SnapshotTree tree : snapshots.trees()) {
      payload.clear();
      encoder.snapshot(channel, group.tags(), group.timeMillis(), tree.root(), payload);
      putMessage(out);
    }
  }

  private boolean isAnnotated() {
    return replayed || subscription.offsets();
  }

  /** Appends the payload as the next metric message, annotated if required. */
  private void putMessage(FrameBuffer out) {
    remaining--;
    if (!isAnnotated()) {
      putFrame(payload, out);
      return;
    }
    Long messageOffset = null;
    if (subscription.offsets()) {
      messageOffset = remaining > 0 ? offsetBefore : offset;
    }
    annotated.clear();
    encoder.annotate(payload, 0, payload.length(), messageOffset, replayed, annotated);
    putFrame(annotated, out);
  }

  private void putFrame(FrameBuffer content, FrameBuffer out) {
    out.putFrameHeader(encoder.encoding().opcode(), content.length());
    out.put(content, 0, content.length());
  }
}
