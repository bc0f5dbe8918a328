package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.internal.history.HistoryScanner;

/**
 * A scan of a channel's history for one page, in slices. The caller can give its thread back after
 * each slice, and can abandon the scan at any time. Takes no lock. One thread at a time.
 */
public final class HistoryScan {

  /** The number of series that a slice reads. */
  private static final int SERIES_PER_SLICE = 64;

  private final HistoryScanner.Scan scan;

  HistoryScan(HistoryScanner.Scan scan) {
    this.scan = scan;
  }

  /** Returns whether the page is full, or nothing is left to scan. */
  public boolean isComplete() {
    return scan.isComplete();
  }

  /** Scans the next slice of the series. May take milliseconds. */
  public void advance() {
    scan.advance(SERIES_PER_SLICE);
  }

  /** Returns the page. The scan must be complete. */
  public HistoryPage page() {
    return scan.page();
  }
}
