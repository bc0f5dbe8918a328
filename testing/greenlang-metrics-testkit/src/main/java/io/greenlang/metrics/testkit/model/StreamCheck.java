package io.greenlang.metrics.testkit.model;

import static io.greenlang.metrics.testkit.model.ReceivedMessages.require;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.subscription.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A check that all messages of one client are those that the model expects. */
final class StreamCheck {

  /** A publication, and the points that the client must receive of it. */
  private record Publication(long offset, List<ExpectedPoint> points) {}

  private final View view;
  private final Expectations expectations;
  private final List<PublishedSample> samples;
  private final SampleIndex index;
  private final ReceivedMessages received;

  /**
   * Creates a check.
   *
   * @param samples all samples of the channel, in the order of publication
   */
  StreamCheck(
      View view,
      Expectations expectations,
      List<PublishedSample> samples,
      List<Map<String, Object>> messages) {
    this.view = view;
    this.expectations = expectations;
    this.samples = samples;
    this.index = new SampleIndex(samples);
    this.received = new ReceivedMessages(view, messages);
  }

  /**
   * Checks a view of samples.
   *
   * @param startOffset the client received everything up to this offset before
   * @param headOffset the latest offset when the client subscribed
   * @param fromMillis samples up to that offset are replayed if they count from this time on
   */
  void requireSamples(long startOffset, long headOffset, long fromMillis) {
    List<Publication> publications = new ArrayList<>();
    for (List<PublishedSample> publication : publications(startOffset, headOffset, fromMillis)) {
      List<ExpectedPoint> points = expectations.samples(publication);
      if (!points.isEmpty()) {
        publications.add(new Publication(publication.get(0).offset(), points));
      }
    }
    int next = 0;
    while (!received.isEmpty()) {
      Long missed = received.pollLagged();
      int first = next;
      if (missed == null) {
        require(next < publications.size(), "after the last publication: %s", received.remaining());
        received.consume(publications.get(next++).points(), true, "publication " + next);
      } else {
        next = skip(publications, next, missed);
        requireLatest(publications.get(first).offset(), publications.get(next - 1).offset());
      }
    }
    require(
        next == publications.size(),
        "missing: %s",
        publications.subList(next, publications.size()));
  }

  private List<List<PublishedSample>> publications(
      long startOffset, long headOffset, long fromMillis) {
    List<List<PublishedSample>> publications = new ArrayList<>();
    long offset = -1;
    for (PublishedSample sample : samples) {
      boolean omitted = sample.offset() <= headOffset && sample.foldMillis() < fromMillis;
      if (sample.offset() <= startOffset || omitted) {
        continue;
      }
      if (sample.offset() != offset) {
        publications.add(new ArrayList<>());
        offset = sample.offset();
      }
      publications.get(publications.size() - 1).add(sample);
    }
    return publications;
  }

  private static int skip(List<Publication> publications, int first, long missed) {
    long remaining = missed;
    int next = first;
    while (remaining > 0 && next < publications.size()) {
      remaining -= publications.get(next++).points().size();
    }
    require(
        remaining == 0 && next > first,
        "lagged after publication %s: missed is %s, which is not a whole number of publications",
        first,
        missed);
    return next;
  }

  /** Checks the latest values among skipped publications. */
  private void requireLatest(long firstOffset, long lastOffset) {
    List<PublishedSample> known =
        samples.stream().filter(sample -> sample.offset() <= lastOffset).toList();
    List<ExpectedPoint> points =
        new LatestSamples(expectations, known).points(sample -> sample.offset() >= firstOffset);
    received.consume(points, false, "latest values after lagged");
  }

  /**
   * Checks a view of windows.
   *
   * @param startNumber the client received the windows up to this number before
   * @param closedMillis the end of the last closed window
   */
  void requireWindows(long startNumber, long closedMillis) {
    long length = view.windowMillis();
    long covered = (startNumber + 1) * length;
    while (!received.isEmpty()) {
      Long missed = received.pollLagged();
      require(!received.isEmpty(), "no window after lagged: %s", missed);
      long start = ExpectedPoint.timeOf(received.peekMetric());
      requireNothing(covered, start);
      long end = missed == null ? start + length : endOfMerged(start, covered, missed);
      String occasion = missed == null ? "window" : "merged window";
      received.consume(expectations.window(index, start, end), false, occasion);
      covered = end;
    }
    requireNothing(covered, closedMillis);
  }

  /** Fails if a client misses a window between two times. */
  private void requireNothing(long from, long to) {
    require(to >= from, "window from %s is not after %s", to, from);
    List<ExpectedPoint> points = expectations.window(index, from, to);
    require(points.isEmpty(), "no window between %s and %s has %s", from, to, points);
  }

  /** Returns the end of a merged window, which has as many metrics as the client missed. */
  private long endOfMerged(long start, long covered, long missed) {
    long length = view.windowMillis();
    long end = start;
    if (view.format() == Format.SNAPSHOT) {
      long count = 0;
      while (count < missed) {
        count += expectations.window(index, end, end + length).size();
        end += length;
      }
    } else {
      String label = (String) Objects.requireNonNull(received.peekMetric().get("interval"));
      end += millis(label);
    }
    long count = 0;
    for (long window = covered; window < end; window += length) {
      count += expectations.window(index, window, window + length).size();
    }
    require(count == missed, "missed is %s, but the merged window replaces %s", missed, count);
    return end;
  }

  private static long millis(String label) {
    long number = Long.parseLong(label.substring(0, label.length() - 1));
    return number
        * switch (label.charAt(label.length() - 1)) {
          case 's' -> Interval.ONE_SECOND.millis();
          case 'm' -> Interval.ONE_MINUTE.millis();
          case 'h' -> Interval.ONE_HOUR.millis();
          default -> Interval.ONE_DAY.millis();
        };
  }

  /**
   * Checks the latest values that a client requested, which precede the replay and are not in it.
   *
   * @param known the samples that the instance knows, up to its latest closed window
   * @param from the time from which the client requested history; the maximum for none
   */
  void requireLatestFirst(List<PublishedSample> known, long from) {
    List<ExpectedPoint> latest =
        view.interval() == null
            ? new LatestSamples(expectations, known).points(sample -> sample.foldMillis() < from)
            : latestWindows(known, from);
    received.consume(latest, false, "latest values at the start");
    require(received.isEmpty(), "after the latest values at the start: %s", received.remaining());
  }

  /** Returns the latest window of each series without one in the replay from a time. */
  private List<ExpectedPoint> latestWindows(List<PublishedSample> known, long from) {
    List<ExpectedPoint> latest = new ArrayList<>();
    for (ExpectedPoint point : Expectations.latest(windows(known))) {
      if (point.timeMillis() < from) {
        latest.add(point);
      }
    }
    return latest;
  }

  private List<ExpectedPoint> windows(List<PublishedSample> some) {
    Interval interval = Objects.requireNonNull(view.interval());
    long length = interval.millis();
    SampleIndex someIndex = new SampleIndex(some);
    List<ExpectedPoint> points = new ArrayList<>();
    some.stream()
        .map(sample -> interval.windowStart(sample.foldMillis()))
        .distinct()
        .sorted()
        .forEach(start -> points.addAll(expectations.window(someIndex, start, start + length)));
    return points;
  }
}
