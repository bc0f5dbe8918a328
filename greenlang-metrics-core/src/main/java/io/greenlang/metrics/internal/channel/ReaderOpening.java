package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.window.FeedAcquisition;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The opening of a reader, in parts of about 1,024 series. The caller can give its thread back
 * after each part. The reader begins where the channel is when the last part ends. One thread at a
 * time, without the channel lock.
 */
public final class ReaderOpening {

  private final FeedAcquisition acquisition;
  private final Function<Feed, FeedReader> start;
  private @Nullable FeedReader reader;
  private boolean closed;

  /**
   * Begins the opening of a reader.
   *
   * @param start starts a reader of the feed; if it fails, it leaves no reader
   */
  ReaderOpening(FeedAcquisition acquisition, Function<Feed, FeedReader> start) {
    this.acquisition = acquisition;
    this.start = start;
  }

  /**
   * Runs the next part, which may take milliseconds. Must not be called after it has failed.
   *
   * @return whether the reader is open
   */
  public boolean advance() {
    if (reader == null && acquisition.advance()) {
      reader = start.apply(acquisition.feed());
    }
    return reader != null;
  }

  /** Returns the reader, which must be open. */
  public FeedReader reader() {
    return Objects.requireNonNull(reader, "the reader is not open");
  }

  /** Returns the work that was done for this reader so far. Readers of one view share its work. */
  public OpeningWork work() {
    return new OpeningWork(acquisition.comparedSeries(), acquisition.resumedSeries());
  }

  /** Abandons the opening unless the reader is open. Further calls have no effect. */
  public void close() {
    if (reader == null && !closed) {
      closed = true;
      acquisition.abandon();
    }
  }
}
