package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.number.CompensatedSum;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate of a running total: its last value, its increase and its rate. {@link CounterState}
 * distinguishes growth, disorder and restarts.
 *
 * <p>The increase between the last sample of the preceding window and the first sample of this one
 * belongs to this window, so nothing is lost between windows. The rate divides the increase by the
 * time that it covers: from the latest sample before this window to the latest one in it. The very
 * first sample of a series adds nothing unless its start is known, because the time over which it
 * grew is unknown.
 *
 * <p>An aggregate that follows another one before its first sample is exact. If it follows later,
 * or if it is appended without having followed, its samples up to its first restart count as
 * growth.
 */
final class CounterAggregate extends SummaryAggregate {

  private static final int FOLLOWING = 1;
  private static final int RESTARTED = 2;
  private static final int MERGED = 4;

  private final CounterState state = new CounterState();

  /** Whether the increase includes that since the preceding window. */
  private boolean following;

  /** The increase before {@link #base}: that of earlier parts, and that before restarts. */
  private CompensatedSum settled = new CompensatedSum();

  /** The total from which the increase of the latest part is counted. */
  private double base;

  /** The time covered before {@link #coveredFrom}. */
  private long settledMillis;

  /** The time from which the increase of the latest part is counted. */
  private long coveredFrom;

  // The samples before the first restart, from which the increase since another window is computed.
  private double first;
  private long firstMillis;
  private long firstStart = CounterState.NONE;
  private double firstBase;
  private double headPeak;
  private boolean restarted;

  /** Other series over the same window; null if there are none. */
  private @Nullable MergedCounters others;

  @Override
  public void add(double total, long timeMillis) {
    add(total, timeMillis, CounterState.NONE);
  }

  @Override
  public void add(double total, long timeMillis, SampleDetail detail) {
    add(
        total,
        timeMillis,
        detail instanceof CounterStart start ? start.time().toEpochMilli() : CounterState.NONE);
  }

  private void add(double total, long timeMillis, long start) {
    add(total);
    if (!state.isKnown()) {
      open(total, timeMillis, start);
    } else if (!state.grow(total, timeMillis, start)) {
      addUnusual(total, timeMillis, start);
    }
  }

  private void addUnusual(double total, long timeMillis, long start) {
    double peak = state.peak();
    long latest = state.newestMillis();
    double restartBase = state.add(total, timeMillis, start);
    if (!Double.isNaN(restartBase)) {
      settle(peak, restartBase);
    }
    double openingGrowth = state.takeOpeningGrowth();
    settled.add(openingGrowth);
    firstBase -= openingGrowth;
    if (state.newestMillis() < latest) {
      settledMillis += latest - coveredFrom;
      coveredFrom = state.newestMillis();
    }
  }

  /** Begins with the first sample of a series. */
  private void open(double total, long timeMillis, long start) {
    state.open(total, timeMillis, start);
    first = total;
    firstMillis = timeMillis;
    firstStart = start;
    firstBase = start == CounterState.NONE ? total : Math.min(0, total);
    base = firstBase;
    coveredFrom = start == CounterState.NONE ? timeMillis : Math.min(start, timeMillis);
  }

  private void settle(double peak, double nextBase) {
    addSettled(peak, base);
    base = nextBase;
    if (!restarted) {
      restarted = true;
      headPeak = peak;
    }
  }

  /** Adds the increase between two totals to that of the earlier parts. */
  private void addSettled(double total, double earlier) {
    settled.add(total);
    settled.add(-earlier);
  }

  @Override
  public void startAfter(Aggregate earlier) {
    CounterState before = ((CounterAggregate) earlier).state;
    if (!before.isKnown()) {
      return;
    }
    if (!state.isKnown() || count() == 0) {
      state.set(before);
      base = before.peak();
      coveredFrom = before.newestMillis();
      following = true;
    } else if (!following) {
      join(before);
    }
  }

  /** Adds the increase between another state and the first sample. */
  private void join(CounterState before) {
    CounterState trial = new CounterState();
    trial.set(before);
    double restartBase = trial.add(first, firstMillis, firstStart);
    double highest = restarted ? headPeak : state.peak();
    long latest = state.newestMillis();
    if (!Double.isNaN(restartBase)) {
      addSettled(firstBase, restartBase);
      state.continueAfter(before);
    } else if (highest >= before.peak()) {
      addSettled(firstBase, before.peak());
      state.continueAfter(before);
    } else if (restarted) {
      addSettled(firstBase, highest);
      state.continueAfter(before);
    } else {
      settled = new CompensatedSum();
      base = before.peak();
      state.continueBelow(before, first, firstMillis, highest);
    }
    settledMillis = Math.max(0, latest - before.newestMillis());
    coveredFrom = state.newestMillis();
    following = true;
  }

  @Override
  public void appendLater(Aggregate later) {
    CounterAggregate next = (CounterAggregate) later;
    appendOthers(next);
    if (next.state.isKnown() && !state.isKnown()) {
      set(next);
    } else if (next.state.isKnown() && next.count() > 0) {
      appendPart(next.following ? next : next.joined(state));
    }
    add(next);
  }

  private void appendOthers(CounterAggregate next) {
    if (next.others != null && next.count() > 0) {
      MergedCounters merged = others == null ? new MergedCounters() : others;
      merged.append(next.others);
      others = merged;
    }
  }

  private void appendPart(CounterAggregate next) {
    addSettled(state.peak(), base);
    settled.add(next.settled);
    base = next.base;
    settledMillis += state.newestMillis() - coveredFrom + next.settledMillis;
    coveredFrom = next.coveredFrom;
    if (next.restarted && !restarted) {
      restarted = true;
      headPeak = next.headPeak;
    }
    state.set(next.state);
  }

  private CounterAggregate joined(CounterState before) {
    CounterAggregate copy = new CounterAggregate();
    copy.set(this);
    copy.join(before);
    return copy;
  }

  /** Copies everything but the samples and other series. */
  private void set(CounterAggregate next) {
    state.set(next.state);
    following = next.following;
    settled = next.settled.copy();
    base = next.base;
    settledMillis = next.settledMillis;
    coveredFrom = next.coveredFrom;
    first = next.first;
    firstMillis = next.firstMillis;
    firstStart = next.firstStart;
    firstBase = next.firstBase;
    headPeak = next.headPeak;
    restarted = next.restarted;
  }

  @Override
  public void mergeSeries(Aggregate other) {
    CounterAggregate counter = (CounterAggregate) other;
    if (!counter.state.isKnown() && counter.others == null) {
      return;
    }
    MergedCounters merged = others == null ? new MergedCounters() : others;
    others = merged;
    if (counter.state.isKnown()) {
      merged.addTotal(counter.state.peak());
      if (counter.count() > 0) {
        merged.addDelta(counter.ownIncrease(), counter.coveredMillis());
      }
    }
    if (counter.others != null) {
      merged.add(counter.others);
    }
    add(counter);
  }

  @Override
  public double value() {
    if (count() == 0) {
      return Double.NaN;
    }
    double own = state.isKnown() ? state.peak() : 0;
    return others == null ? own : Summary.finite(own + others.total());
  }

  @Override
  public void forEachField(long millis, Details details) {
    CompensatedSum increase = ownIncrease();
    long covered = coveredMillis();
    double delta = increase.value();
    double rate = increase.dividedBy(covered > 0 ? covered : millis);
    if (others != null) {
      delta += others.delta();
      rate += others.rate(millis);
    }
    details.put("delta", Summary.finite(delta));
    details.put("rate", Summary.finite(rate * 1000));
  }

  private CompensatedSum ownIncrease() {
    CompensatedSum increase = settled.copy();
    increase.add(state.peak());
    increase.add(-base);
    return increase;
  }

  private long coveredMillis() {
    return settledMillis + state.newestMillis() - coveredFrom;
  }

  @Override
  byte[] packExtra() {
    ByteBuffer output = ByteBuffer.allocate(bytes());
    output.put((byte) flags());
    settled.write(output);
    output.putDouble(base).putLong(settledMillis).putLong(coveredFrom);
    if (!following) {
      output.putDouble(first).putLong(firstMillis).putLong(firstStart).putDouble(firstBase);
    }
    if (restarted) {
      output.putDouble(headPeak);
    }
    state.write(output);
    if (others != null) {
      others.write(output);
    }
    return output.array();
  }

  private int bytes() {
    int numbers = 3 + (following ? 0 : 4) + (restarted ? 1 : 0);
    int mergedBytes = others == null ? 0 : MergedCounters.BYTES;
    return 1 + CompensatedSum.BYTES + numbers * Long.BYTES + state.bytes() + mergedBytes;
  }

  private int flags() {
    return (following ? FOLLOWING : 0)
        | (restarted ? RESTARTED : 0)
        | (others == null ? 0 : MERGED);
  }

  @Override
  void unpackExtra(ByteBuffer input) {
    int flags = input.get();
    following = (flags & FOLLOWING) != 0;
    restarted = (flags & RESTARTED) != 0;
    settled.read(input);
    base = Summary.requireFinite(input.getDouble());
    settledMillis = input.getLong();
    coveredFrom = input.getLong();
    if (!following) {
      first = Summary.requireFinite(input.getDouble());
      firstMillis = input.getLong();
      firstStart = input.getLong();
      firstBase = Summary.requireFinite(input.getDouble());
    }
    headPeak = restarted ? Summary.requireFinite(input.getDouble()) : 0;
    state.read(input);
    if ((flags & MERGED) != 0) {
      MergedCounters merged = new MergedCounters();
      merged.read(input);
      others = merged;
    }
  }
}
