package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.internal.channel.ReaderOpening;
import org.jspecify.annotations.Nullable;

/**
 * The opening of a client's view of one channel, in parts. Until it is complete, the view has a
 * place among those of the subject. One thread at a time.
 */
final class ViewOpening {

  /** The steps around the opening of a reader. */
  interface Steps {

    /** Completes an opened view. */
    void onOpened(FeedReader reader);

    /** Closes a reader. */
    void close(FeedReader reader);

    /** Gives the place of the view back. */
    void unreserve();
  }

  private final ReaderOpening opening;
  private final Steps steps;
  private @Nullable FeedReader reader;
  private boolean ended;

  /** Begins the opening of a view, which has a place. */
  ViewOpening(ReaderOpening opening, Steps steps) {
    this.opening = opening;
    this.steps = steps;
  }

  /** Runs the next part; returns whether the view is open. */
  boolean advance() {
    if (!opening.advance()) {
      return false;
    }
    FeedReader opened = opening.reader();
    reader = opened;
    steps.onOpened(opened);
    end();
    return true;
  }

  /** Returns the reader of the view, which must be open. */
  FeedReader reader() {
    return opening.reader();
  }

  /** Returns the work that was done for this view so far. */
  OpeningWork work() {
    return opening.work();
  }

  /** Abandons the view, or closes its reader if it is open. Further calls have no effect. */
  void close() {
    FeedReader opened = reader;
    reader = null;
    try {
      if (opened == null) {
        opening.close();
      } else {
        steps.close(opened);
      }
    } finally {
      end();
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      steps.unreserve();
    }
  }
}
