package io.greenlang.metrics.broker;

import io.greenlang.metrics.Interval;
import java.util.function.Consumer;

/**
 * The retained log of a channel, as the broker has it when an instance opens the channel. Only the
 * thread that {@linkplain BrokerListener#onChannelOpened opens} the channel reads it, and only
 * during that call.
 *
 * <p>No method throws. Unreadable entries are omitted, and the broker reports them as a {@link
 * Gap}.
 */
public interface ChannelLog {

  /** Returns the epoch of the log's offsets. */
  String epoch();

  /**
   * Returns the offset of the latest publication; 0 if there was none. Delivery continues
   * immediately after it.
   */
  long offset();

  /** Passes the retained publications up to {@link #offset} to {@code action}, oldest first. */
  void forEachPublication(Consumer<Publication> action);

  /** Passes the retained closed windows of an interval to {@code action}, oldest first. */
  void forEachWindow(Interval interval, WindowVisitor action);

  /** A visitor of stored windows. */
  interface WindowVisitor {
    /**
     * Visits the window that starts at {@code startMillis}.
     *
     * @param startMillis the start of the window in epoch milliseconds
     * @param packed the packed window; from the archive, the bytes that were passed to {@link
     *     WindowArchive#store}
     */
    void visit(long startMillis, byte[] packed);
  }

  /** Returns an empty log that starts at offset 0. */
  static ChannelLog empty(String epoch) {
    return new ChannelLog() {
      @Override
      public String epoch() {
        return epoch;
      }

      @Override
      public long offset() {
        return 0;
      }

      @Override
      public void forEachPublication(Consumer<Publication> action) {
        // an empty log has no entries
      }

      @Override
      public void forEachWindow(Interval interval, WindowVisitor action) {
        // an empty log has no entries
      }
    };
  }
}
