package io.greenlang.metrics.broker;

import io.greenlang.metrics.Interval;
import java.util.function.Consumer;

/**
 * What a broker has of a channel's past when an instance comes to it. Read by the thread that
 * {@linkplain BrokerReceiver#open opens} the channel, and not after that.
 *
 * <p>Nothing here throws: what cannot be read is left out, and the broker tells it by an {@link
 * Interruption}.
 */
public interface ChannelLog {

  /** Names the numbering. */
  String epoch();

  /** The newest publication's number; 0 if there was none. What is delivered comes behind it. */
  long offset();

  /** Hands over the publications that are still there, up to {@link #offset}, the oldest first. */
  void publications(Consumer<Publication> action);

  /** Hands over the closed windows of a length that are still there, the oldest first. */
  void windows(Interval interval, ArchivedWindowTaker action);

  /** Takes what {@link WindowArchive#keep} was given. */
  interface ArchivedWindowTaker {
    /** What the channel's series came to in the window that starts there. */
    void take(long startMillis, byte[] packed);
  }

  /** A log that begins now, at 0. */
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
      public void publications(Consumer<Publication> action) {
        // there are none
      }

      @Override
      public void windows(Interval interval, ArchivedWindowTaker action) {
        // there are none
      }
    };
  }
}
