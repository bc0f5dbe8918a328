package io.greenlang.metrics.internal.aggregate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A naive model of counters, written from the rules of docs/concepts/aggregation.md: it retains all
 * samples since the last restart, and looks at them again for each further one.
 */
public final class CounterModel {

  /**
   * A sample of the series.
   *
   * @param total its value
   * @param millis its timestamp, or its arrival if that was earlier
   * @param start the time at which the counter was zero; null if unknown
   */
  public record Sample(double total, long millis, @Nullable Long start) {}

  /**
   * The result of a window.
   *
   * @param value the total that stands
   * @param delta the increase since the preceding window
   * @param covered the time that the increase covers, in milliseconds
   */
  public record Result(double value, double delta, long covered) {

    /** Returns the increase per second in a window of {@code windowMillis}. */
    public double rate(long windowMillis) {
      return delta / (covered > 0 ? covered : windowMillis) * 1000;
    }
  }

  /** The samples that count since the last restart. */
  private final List<Sample> run = new ArrayList<>();

  /** The latest samples, all lower than the total that stands. */
  private final List<Sample> dip = new ArrayList<>();

  /** The latest samples, all older than the latest one. */
  private final List<Sample> behind = new ArrayList<>();

  /** The samples of an opening series; null afterwards. */
  private @Nullable List<Sample> opening = new ArrayList<>();

  private boolean known;
  private long latest;
  private @Nullable Long start;
  private @Nullable Long restarted;
  private double delta;
  private long covered;

  /** Adds the samples of the next window in the order of arrival and returns its result. */
  public Result window(List<Sample> samples) {
    delta = 0;
    covered = 0;
    samples.forEach(this::add);
    return new Result(standing(), delta, covered);
  }

  /** Returns the highest total since the last restart. */
  private double standing() {
    return run.stream().mapToDouble(Sample::total).max().orElse(0);
  }

  private void add(Sample sample) {
    if (!known) {
      addFirst(sample);
      return;
    }
    boolean sameStart = sample.start() != null && sample.start().equals(start);
    if (sample.start() != null && !sameStart && sample.start() > latest) {
      start = sample.start();
      moveTo(Math.max(latest, sample.millis()));
      behind.clear();
      restart(sample.start(), List.of(sample), Math.min(0, sample.total()));
    } else if (sample.millis() >= latest || isClockWrong(sample)) {
      addNewest(sample, sameStart);
    } else {
      addOlder(sample);
    }
  }

  private void addFirst(Sample sample) {
    known = true;
    latest = sample.millis();
    start = sample.start();
    run.add(sample);
    if (sample.start() == null) {
      opening = new ArrayList<>(List.of(sample));
    } else {
      opening = null;
      delta = Math.max(0, sample.total());
      covered = Math.max(0, sample.millis() - sample.start());
    }
  }

  private boolean isClockWrong(Sample sample) {
    if (!behind.isEmpty() && behind.stream().anyMatch(each -> each.millis() > sample.millis())) {
      if (behind.stream().allMatch(each -> each.millis() > sample.millis())) {
        behind.clear();
      }
    }
    behind.add(sample);
    long earliest = behind.stream().mapToLong(Sample::millis).min().getAsLong();
    if (sample.millis() - earliest < 10_000) {
      return false;
    }
    restarted = null;
    opening = null;
    dip.clear();
    return true;
  }

  private void addNewest(Sample sample, boolean sameStart) {
    behind.clear();
    moveTo(sample.millis());
    start = sample.start() == null ? start : sample.start();
    double standing = standing();
    if (sample.total() >= standing) {
      grow(sample);
    } else if (!sameStart && sample.total() < standing / 2) {
      restart(sample.millis(), List.of(sample), Math.min(0, sample.total()));
    } else if (!sameStart) {
      open(sample);
      dip.add(sample);
      long since = dip.get(0).millis();
      if (sample.millis() - since >= 10_000) {
        double low = dip.stream().mapToDouble(Sample::total).min().getAsDouble();
        restart(since, List.copyOf(dip), low);
      }
    }
  }

  private void addOlder(Sample sample) {
    Long since = restarted;
    if (since != null && sample.millis() < since) {
      return;
    }
    if (sample.total() >= standing()) {
      grow(sample);
    } else {
      open(sample);
    }
  }

  private void grow(Sample sample) {
    delta += sample.total() - standing();
    run.add(sample);
    dip.clear();
  }

  private void restart(long millis, List<Sample> samples, double base) {
    run.clear();
    run.addAll(samples);
    dip.clear();
    opening = null;
    restarted = millis;
    delta += standing() - base;
  }

  /** Counts a total at most 1 % below the first one, within 200 ms of it. */
  private void open(Sample sample) {
    List<Sample> first = opening;
    if (first == null
        || latest - first.get(0).millis() > 200
        || Math.abs(sample.millis() - first.get(0).millis()) > 200) {
      return;
    }
    double lowest = first.stream().mapToDouble(Sample::total).min().getAsDouble();
    if (sample.total() < lowest && sample.total() >= lowest * 0.99) {
      delta += lowest - sample.total();
      first.add(sample);
    }
  }

  private void moveTo(long millis) {
    covered += Math.max(0, millis - latest);
    latest = millis;
  }
}
