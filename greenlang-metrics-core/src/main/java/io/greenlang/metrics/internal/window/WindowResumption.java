package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The continuation of all series in newly opened windows, as if the windows had always been open.
 * It begins with the history of each series, or without history with the latest sample. The history
 * of 100,000 series takes seconds to read, and publishers wait for the channel lock, so it is read
 * without the lock. Under the lock, a slice of series whose history has not grown meanwhile
 * continues with the result.
 *
 * <p>Until a series continues, its samples are in the history only. The windows have no readers
 * before all series continue. Any thread, without the channel lock.
 */
final class WindowResumption {

  /** The maximum number of series whose history is read before the lock is acquired. */
  static final int SLICE = 16;

  /**
   * The number of attempts to read a slice. At the last one, the samples of each series that arrive
   * while it is read are added under the lock: one with many samples per second must not delay the
   * others forever.
   */
  private static final int ATTEMPTS = 3;

  /**
   * The number of times that a series with new samples is read without the lock. On a machine that
   * is too slow to read it before the next window ends, it is then read under the lock.
   */
  private static final int UNLOCKED_READS = 8;

  /** The state of a series at one instant; no snapshot if no history is retained. */
  private record SeriesCapture(
      Series series, long sampleCount, @Nullable SeriesSnapshot snapshot) {}

  /** A captured series with what its history contains of the open window and its neighbors. */
  private record SeriesRead(SeriesCapture capture, List<Window> windows, List<Sample> early) {

    Series series() {
      return capture.series();
    }
  }

  private final IntervalWindows windows;
  private final SeriesTable table;
  private final SeriesReader reader;
  private final @Nullable ChannelHistory history;
  private final SeriesHistory.Scratch scratch = new SeriesHistory.Scratch();

  /** The series with this id and later ones do not continue: they are newer than the windows. */
  private final long endId;

  /** The series with smaller ids continue. Guarded by the channel lock. */
  private long nextId;

  /** The clients that complete this resumption. Guarded by the channel lock. */
  private int clients;

  /**
   * Creates a resumption of the current series of a table. Called under the channel lock.
   *
   * @param history null if no history is retained
   */
  WindowResumption(
      IntervalWindows windows,
      SeriesTable table,
      SeriesReader reader,
      @Nullable ChannelHistory history) {
    this.history = history;
    this.windows = windows;
    this.table = table;
    this.reader = reader;
    this.endId = table.nextId();
  }

  /** Returns whether a series has yet to continue. Called under the channel lock. */
  boolean includes(Series series) {
    return series.id() >= nextId && series.id() < endId;
  }

  /** Adds a client that completes this resumption. Called under the channel lock. */
  void join() {
    clients++;
  }

  /** Removes a client, which may have left some series. Called under the channel lock. */
  void leave() {
    clients--;
  }

  /** Returns whether a client completes this resumption. Called under the channel lock. */
  boolean isInProgress() {
    return clients > 0;
  }

  /**
   * Continues the next series. Other threads may do so in turn.
   *
   * @param maxSeries the number of series from which the method returns
   * @return the number of series that continue; if it is smaller than that, all do
   */
  synchronized int advance(Lock lock, int maxSeries) {
    int continued = 0;
    List<Series> slice = nextSlice(lock, List.of());
    while (!slice.isEmpty()) {
      List<Series> remaining = slice;
      for (int attempt = 1; !remaining.isEmpty() && attempt < ATTEMPTS; attempt++) {
        remaining = resume(remaining, lock);
      }
      remaining.forEach(series -> resumeWithNew(series, lock));
      continued += slice.size();
      slice = nextSlice(lock, slice);
      if (continued >= maxSeries) {
        return continued; // the next call begins with this slice
      }
    }
    return continued;
  }

  /**
   * Records that a slice continues, and returns the next one; an empty list ends the resumption.
   */
  private List<Series> nextSlice(Lock lock, List<Series> completed) {
    lock.lock();
    try {
      if (!completed.isEmpty()) {
        nextId = completed.get(completed.size() - 1).id() + 1;
      }
      List<Series> slice = table.slice(nextId, SLICE).stream().filter(this::includes).toList();
      if (slice.isEmpty()) {
        nextId = endId;
        windows.endResumption();
      }
      return slice;
    } finally {
      lock.unlock();
    }
  }

  /** Continues series and returns those whose history has grown meanwhile. */
  private List<Series> resume(List<Series> slice, Lock lock) {
    List<SeriesCapture> captures = new ArrayList<>(slice.size());
    long openStart;
    long openEnd;
    lock.lock();
    try {
      openStart = windows.openStart();
      openEnd = windows.openEnd();
      slice.forEach(series -> captures.add(capture(series)));
    } finally {
      lock.unlock();
    }
    List<SeriesRead> read = new ArrayList<>(captures.size());
    captures.forEach(capture -> read.add(read(capture, openStart, openEnd)));
    return apply(read, openStart, lock);
  }

  /**
   * Continues one series that has new samples each time. Only those are read under the lock; they
   * follow in a new chunk. Reading is repeated if a window has closed meanwhile.
   */
  private void resumeWithNew(Series series, Lock lock) {
    boolean resumed = false;
    for (int i = 0; i < UNLOCKED_READS && !resumed; i++) {
      SealedSeries sealed;
      lock.lock();
      try {
        sealed = seal(series);
      } finally {
        lock.unlock();
      }
      SeriesRead read = read(sealed);
      lock.lock();
      try {
        resumed = applyIfOpen(sealed, read);
      } finally {
        lock.unlock();
      }
    }
    if (!resumed) {
      resumeUnderLock(series, lock);
    }
  }

  private void resumeUnderLock(Series series, Lock lock) {
    lock.lock();
    try {
      SealedSeries sealed = seal(series);
      applyIfOpen(sealed, read(sealed));
    } finally {
      lock.unlock();
    }
  }

  /**
   * A series whose new samples are in a new chunk.
   *
   * @param latestId the publication of the last sample before that chunk
   * @param openStart the start of the window that was open then
   */
  private record SealedSeries(SeriesCapture capture, long latestId, long openStart, long openEnd) {}

  private SealedSeries seal(Series series) {
    long latestId = sealSamples(series);
    return new SealedSeries(capture(series), latestId, windows.openStart(), windows.openEnd());
  }

  private SeriesRead read(SealedSeries sealed) {
    return read(sealed.capture(), sealed.openStart(), sealed.openEnd());
  }

  /** Continues a series, unless a window has closed meanwhile; returns whether it continues. */
  private boolean applyIfOpen(SealedSeries sealed, SeriesRead read) {
    if (sealed.openStart() != windows.openStart()) {
      return false;
    }
    applyWithNew(read, sealed.latestId());
    return true;
  }

  /** Returns the publication of the last sample so far; new samples are not in its chunk. */
  private long sealSamples(Series series) {
    SeriesHistory target = series.history();
    return history == null || target == null ? Long.MIN_VALUE : history.sealSamples(target);
  }

  private void applyWithNew(SeriesRead read, long latestId) {
    SeriesWindow window = open(read.series());
    if (window != null) {
      completely(
          window,
          () -> {
            resume(window, read);
            addNew(window, read.series(), latestId);
          });
    }
  }

  private static void addNew(SeriesWindow window, Series series, long latestId) {
    SeriesHistory source = series.history();
    if (source != null) {
      SeriesReader.forEachSampleAfter(
          source.snapshotOfSamples(),
          latestId,
          each ->
              window.add(each.value(), each.timeMillis(), each.windowTimeMillis(), each.detail()));
    }
  }

  private static SeriesCapture capture(Series series) {
    SeriesHistory history = series.history();
    return new SeriesCapture(
        series, series.sampleCount(), history == null ? null : history.snapshotOfSamples());
  }

  private SeriesRead read(SeriesCapture capture, long openStart, long openEnd) {
    SeriesSnapshot snapshot = capture.snapshot();
    if (snapshot == null) {
      return new SeriesRead(capture, List.of(), List.of());
    }
    List<Sample> early = new ArrayList<>(0); // few series have any
    SeriesReader.forEachSampleCounting(snapshot, openEnd, early::add);
    return new SeriesRead(
        capture,
        reader.openingWindows(snapshot, windows.interval(), openStart, openEnd, scratch),
        early);
  }

  private List<Series> apply(List<SeriesRead> slice, long openStart, Lock lock) {
    List<Series> changed = new ArrayList<>();
    lock.lock();
    try {
      for (SeriesRead read : slice) {
        if (openStart == windows.openStart()
            && read.capture().sampleCount() == read.series().sampleCount()) {
          apply(read);
        } else {
          changed.add(read.series());
        }
      }
    } finally {
      lock.unlock();
    }
    return changed;
  }

  private void apply(SeriesRead read) {
    SeriesWindow window = open(read.series());
    if (window != null) {
      completely(window, () -> resume(window, read));
    }
  }

  /**
   * Opens the window of a series. Returns null if its type has no aggregator, or if another thread
   * has failed after this series.
   */
  private @Nullable SeriesWindow open(Series series) {
    return windows.existing(series) == null ? windows.open(series) : null;
  }

  /**
   * Runs an action on a new window. If that fails, the window is discarded: the next client then
   * continues the series, and does not take a part of its samples for all.
   */
  private static void completely(SeriesWindow window, Runnable action) {
    boolean complete = false;
    try {
      action.run();
      complete = true;
    } finally {
      if (!complete) {
        window.abandon();
      }
    }
  }

  private static void resume(SeriesWindow window, SeriesRead read) {
    if (read.windows().isEmpty() && read.early().isEmpty()) {
      window.startAfterLatest();
    }
    read.windows().forEach(window::resume);
    read.early().forEach(window::resume);
  }
}
