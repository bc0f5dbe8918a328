package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.FrameRing;
import io.greenlang.metrics.internal.frame.FrameWriter;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The stream of frames for one distinct subscription in one encoding, shared by all clients with
 * that subscription. It is written under the channel lock; {@link #addListener} and {@link
 * #removeListener} may be called on any thread.
 */
public final class Feed {

  public final FeedRouter router;
  public final Subscription subscription;
  public final FrameEncoder encoder;
  public final FrameRing ring;
  private final FrameWriter writer;
  private final List<FeedListener> listeners = new CopyOnWriteArrayList<>();

  /** The indexes, in the current batch, of the metrics that this feed has selected. */
  private int[] selected = new int[16];

  private int selectedCount;
  private int frameCount;

  /** The number of open cursors. */
  int cursorCount;

  Feed(FeedRouter router, Subscription subscription, FrameEncoder encoder, FrameRing ring) {
    this.router = router;
    this.subscription = subscription;
    this.encoder = encoder;
    this.ring = ring;
    this.writer = new FrameWriter(subscription, encoder);
  }

  /** Returns the subscription that all readers of this feed share. */
  public Subscription subscription() {
    return subscription;
  }

  /** Returns the encoder of this feed's frames. */
  public FrameEncoder encoder() {
    return encoder;
  }

  /** Adds a listener that is notified when frames are appended. */
  public void addListener(FeedListener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void removeListener(FeedListener listener) {
    listeners.remove(listener);
  }

  /** Returns whether the subscription matches a series of this feed's router. */
  public boolean matches(String name, Tags tags) {
    // Grouped series were filtered before grouping; their tags are no longer those of the filter.
    return subscription.groupBy() != null || subscription.matches(name, tags);
  }

  /**
   * Returns a tag key that every matching series must have with one of a few values. Matching
   * series can then be found by tag, without scanning all series. Returns null if any series may
   * match.
   */
  @Nullable String requiredTagKey() {
    return subscription.groupBy() == null ? subscription.tags().mostSelectiveKey() : null;
  }

  /** Selects a metric of the current batch; returns true if it is the first. */
  public boolean select(int index) {
    if (selectedCount == selected.length) {
      selected = Arrays.copyOf(selected, 2 * selectedCount);
    }
    selected[selectedCount++] = index;
    return selectedCount == 1;
  }

  /**
   * Writes the selected metrics into {@code out} and returns how many encodings were needed.
   *
   * @param offset the client's offset after it has received them
   */
  int write(MetricBatch batch, long offset, FrameBuffer out) {
    return write(batch, offset - 1, offset, out);
  }

  /**
   * Writes the selected metrics into {@code out} and returns how many encodings were needed.
   *
   * @param offsetBefore the client's offset while it has received only some of them
   * @param offset the client's offset after it has received all of them
   */
  public int write(MetricBatch batch, long offsetBefore, long offset, FrameBuffer out) {
    writer.setOffsets(offsetBefore, offset, false);
    frameCount = writer.write(batch, selected, selectedCount, out);
    return writer.hasEncoded() ? 1 : 0;
  }

  /** Returns the number of frames that {@link #write} produced. */
  public int frameCount() {
    return frameCount;
  }

  /** Clears the selection without appending anything. */
  public void clearSelection() {
    selectedCount = 0;
  }

  /** Appends the written metrics to the ring as one entry. */
  void commit(FrameBuffer written, long publicationId, long nowNanos) {
    ring.append(written, frameCount, selectedCount, publicationId, nowNanos);
    selectedCount = 0;
  }

  public void writeLagged(long missed, FrameBuffer out) {
    writer.lagged(missed, out);
  }

  /** Writes a gap message. */
  void writeGap(@Nullable Long missed, StreamPosition position, FrameBuffer out) {
    writer.gap(missed, position, out);
  }

  /** Appends a written message that contains no metrics to the ring as one entry. */
  void appendNotice(FrameBuffer written, long publicationId, long nowNanos) {
    ring.append(written, 1, 0, publicationId, nowNanos);
  }

  void notifyListeners() {
    for (FeedListener listener : listeners) {
      listener.onAppend();
    }
  }
}
