package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.internal.channel.ReaderOpening;

/**
 * The opening of a client's view of one channel, in parts. Until it is complete, the view has a
 * place among those of the subject. One thread at a time.
 */
final class ViewOpening {

  private final ReaderOpening opening;
  private final Runnable onOpened;
  private final Runnable unreserve;
  private boolean ended;

  /**
   * Begins the opening of a view.
   *
   * @param onOpened completes the view; if it fails, the reader is closed
   * @param unreserve gives the place back
   */
  ViewOpening(ReaderOpening opening, Runnable onOpened, Runnable unreserve) {
    this.opening = opening;
    this.onOpened = onOpened;
    this.unreserve = unreserve;
  }

  /** Runs the next part; returns whether the view is open. */
  boolean advance() {
    if (!opening.advance()) {
      return false;
    }
    onOpened.run();
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

  /** Abandons the view unless it is open. Further calls have no effect. */
  void close() {
    try {
      opening.close();
    } finally {
      end();
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      unreserve.run();
    }
  }
}
