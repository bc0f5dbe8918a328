package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.internal.history.HistoryScanner;

/**
 * A search for one page of a channel's history, in slices. The caller can give its thread back
 * after each slice, and can abandon the search at any time. Takes no lock. One thread at a time.
 */
public final class HistorySearch {

  /** The number of series that a slice reads. */
  private static final int SERIES_PER_SLICE = 64;

  private final HistoryScanner.Scan scan;

  HistorySearch(HistoryScanner.Scan scan) {
    this.scan = scan;
  }

  /** Returns whether the page is full, or nothing is left to search. */
  public boolean isComplete() {
    return scan.isComplete();
  }

  /** Searches the next slice of the series. May take milliseconds. */
  public void advance() {
    scan.advance(SERIES_PER_SLICE);
  }

  /** Returns the page. The search must be complete. */
  public HistoryPage page() {
    return scan.page();
  }
}
