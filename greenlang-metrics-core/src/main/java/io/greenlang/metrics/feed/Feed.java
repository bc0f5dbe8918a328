package io.greenlang.metrics.feed;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The stream of frames for one distinct subscription in one encoding, shared by all who asked the
 * same. It is filled under the channel's lock; {@link #addListener} and {@link #removeListener} are
 * safe on any thread.
 */
public final class Feed {

  final FeedRouter router;
  final Subscription subscription;
  final FrameEncoder encoder;
  final FrameRing ring;
  private final FrameWriter writer;
  private final List<FeedListener> listeners = new CopyOnWriteArrayList<>();

  /** The metrics of the publication under way that this feed wants, by their index. */
  private int[] chosen = new int[16];

  private int chosenCount;
  private int frameCount;

  /** How many cursors are open. */
  int cursors;

  Feed(FeedRouter router, Subscription subscription, FrameEncoder encoder, FrameRing ring) {
    this.router = router;
    this.subscription = subscription;
    this.encoder = encoder;
    this.ring = ring;
    this.writer = new FrameWriter(subscription, encoder);
  }

  /** What all its readers asked for. */
  public Subscription subscription() {
    return subscription;
  }

  /** What writes its frames. */
  public FrameEncoder encoder() {
    return encoder;
  }

  /** Begins to tell {@code listener} when this feed has grown. */
  public void addListener(FeedListener listener) {
    listeners.add(listener);
  }

  /** Ends what {@link #addListener} began. */
  public void removeListener(FeedListener listener) {
    listeners.remove(listener);
  }

  /** Whether a series of the router that this feed is in is asked for. */
  boolean wants(String name, Tags tags) {
    // What a grouping made was chosen before it was grouped; its tags are no longer those asked
    // for.
    return subscription.groupBy() != null || subscription.matches(name, tags);
  }

  /**
   * A tag's key that its series must have, with one of few values, so that they find each other
   * without looking at all there are; null if any series may be wanted.
   */
  @Nullable String narrowestKey() {
    return subscription.groupBy() == null ? subscription.tags().narrowestKey() : null;
  }

  /** Notes a metric of the block under way; true if it is the first. */
  boolean choose(int index) {
    if (chosenCount == chosen.length) {
      chosen = Arrays.copyOf(chosen, 2 * chosenCount);
    }
    chosen[chosenCount++] = index;
    return chosenCount == 1;
  }

  /**
   * Writes what was chosen into {@code out}; tells how often something had to be encoded.
   *
   * @param offset where a client stands once it has it
   */
  int write(MetricBlock block, long offset, FrameBuffer out) {
    return write(block, offset - 1, offset, out);
  }

  /** The same with two places: while a client has some of it, and once it has all. */
  int write(MetricBlock block, long offsetBefore, long offset, FrameBuffer out) {
    writer.at(offsetBefore, offset, false);
    frameCount = writer.write(block, chosen, chosenCount, out);
    return writer.encoded() ? 1 : 0;
  }

  /** How many frames {@link #write} made. */
  int frameCount() {
    return frameCount;
  }

  /** Ends the block under way without a trace. */
  void forgetChosen() {
    chosenCount = 0;
  }

  /** Appends what was chosen and written, as one entry. */
  void commit(FrameBuffer written, long offset, long nowNanos) {
    ring.append(written, frameCount, chosenCount, offset, nowNanos);
    chosenCount = 0;
  }

  void writeLagged(long missed, FrameBuffer out) {
    writer.lagged(missed, out);
  }

  /** Writes that something is lost. */
  void writeInterrupted(@Nullable Long missed, Position place, FrameBuffer out) {
    writer.interrupted(missed, place, out);
  }

  /** Appends a message that was written and holds no metric, as one entry. */
  void commitNotice(FrameBuffer written, long number, long nowNanos) {
    ring.append(written, 1, 0, number, nowNanos);
  }

  void tellListeners() {
    for (FeedListener listener : listeners) {
      listener.feedGrew();
    }
  }
}
