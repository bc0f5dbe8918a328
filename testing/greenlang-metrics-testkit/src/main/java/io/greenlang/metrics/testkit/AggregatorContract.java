package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract suite of {@link Aggregator} implementations. It checks that results do not depend on
 * how samples are split into windows and series, that memory is bounded, and that every reported
 * value can be encoded in a message.
 */
public abstract class AggregatorContract {

  private static final int SAMPLE_COUNT = 200_000;

  /** Returns the aggregator under test. */
  protected abstract Aggregator aggregator();

  /** Returns a random sample that is typical of metrics of this type. */
  protected double sample(Random random) {
    return Math.rint(random.nextDouble() * 1e6);
  }

  /** Returns whether the value of a series lies between its smallest and its largest sample. */
  protected boolean valueIsWithinSamples() {
    return true;
  }

  /** The timestamp of the next sample: samples arrive in order of time unless a test differs. */
  private long nextMillis;

  private double[] samples(Random random, int count) {
    double[] samples = new double[count];
    for (int i = 0; i < count; i++) {
      samples[i] = sample(random);
    }
    return samples;
  }

  private Aggregate aggregateOf(double... samples) {
    Aggregate aggregate = aggregator().create();
    for (double sample : samples) {
      aggregate.add(sample, nextMillis++);
    }
    return aggregate;
  }

  /** Splits the samples randomly into windows, each of which follows its predecessor. */
  private List<Aggregate> windows(Random random, double[] samples) {
    List<Aggregate> windows = new ArrayList<>(List.of(aggregator().create()));
    for (double sample : samples) {
      while (random.nextInt(8) == 0) {
        Aggregate next = aggregator().create();
        next.startAfter(windows.get(windows.size() - 1));
        windows.add(next);
      }
      windows.get(windows.size() - 1).add(sample, nextMillis++);
    }
    return windows;
  }

  private Aggregate appended(List<Aggregate> windows) {
    Aggregate whole = aggregator().create();
    windows.forEach(whole::appendLater);
    return whole;
  }

  private Aggregate combined(List<Aggregate> series) {
    Aggregate whole = aggregator().create();
    series.forEach(whole::mergeSeries);
    return whole;
  }

  @Test
  void type_calledTwice_isEqual() {
    assertThat(aggregator().type()).isEqualTo(aggregator().type());
  }

  @Test
  void create_calledTwice_aggregatesAreEmptyAndIndependent() {
    Aggregate one = aggregator().create();
    Aggregate other = aggregator().create();
    one.add(sample(new Random(1)), nextMillis++);

    assertThat(one.count()).isEqualTo(1);
    assertThat(other.count()).isZero();
    assertThat(other.value()).isNaN();
    assertThat(other.min()).isNaN();
    assertThat(other.max()).isNaN();
  }

  @Test
  void find_registeredAggregator_matchesUnregisteredAndNeverFails() {
    Aggregators builtIn = Aggregators.builtIn(new ManualClock(Instant.EPOCH));
    List<Aggregator> custom =
        builtIn.contains(aggregator().type()) ? List.of() : List.of(aggregator());
    Aggregators registry = Aggregators.of(new ManualClock(Instant.EPOCH), custom);
    Random random = new Random(2);
    Aggregator registered = Objects.requireNonNull(registry.find(aggregator().type()));
    Aggregate guarded = registered.create();
    Aggregate unguarded = aggregator().create();
    for (double sample : samples(random, 100)) {
      guarded.add(sample, nextMillis++);
      unguarded.add(sample, nextMillis++);
    }

    assertThat(AggregateSnapshot.of(guarded)).isEqualTo(AggregateSnapshot.of(unguarded));
    assertThat(registry.failures()).isZero();
  }

  @Test
  void add_singleSample_countMinAndMaxMatchIt() {
    for (double sample : samples(new Random(3), 100)) {
      Aggregate one = aggregateOf(sample);
      AggregateSnapshot.of(one).requireValid(valueIsWithinSamples());
      assertThat(one.count()).isEqualTo(1);
      assertThat(one.min()).isEqualTo(sample);
      assertThat(one.max()).isEqualTo(sample);
    }
  }

  @Test
  void appendCombineFollow_emptyAggregate_changeNothing() {
    double[] samples = samples(new Random(4), 50);
    AggregateSnapshot before = AggregateSnapshot.of(aggregateOf(samples));
    Aggregate aggregate = aggregateOf(samples);
    aggregate.appendLater(aggregator().create());
    aggregate.mergeSeries(aggregator().create());
    aggregate.startAfter(aggregator().create());

    assertThat(AggregateSnapshot.of(aggregate)).isEqualTo(before);
    assertThat(AggregateSnapshot.of(appended(List.of(aggregateOf(samples))))).isEqualTo(before);
    AggregateSnapshot.of(combined(List.of(aggregateOf(samples)))).requireCloseTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void append_anySplitIntoWindows_equalsWhole(long seed) {
    Random random = new Random(seed);
    double[] samples = samples(random, 300);
    AggregateSnapshot whole = AggregateSnapshot.of(aggregateOf(samples));
    List<Aggregate> windows = windows(random, samples);
    AggregateSnapshot.of(appended(windows)).requireCloseTo(whole);

    int cut = 1 + random.nextInt(Math.max(1, windows.size() - 1));
    Aggregate tail = appended(windows.subList(cut, windows.size()));
    Aggregate rejoined = appended(windows.subList(0, cut));
    rejoined.appendLater(tail);
    AggregateSnapshot.of(rejoined).requireCloseTo(whole);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void append_consecutiveWindows_retainPredecessorOfFirst(long seed) {
    Random random = new Random(seed);
    List<Aggregate> windows = windows(random, samples(random, 300));
    for (int from = 1; from < windows.size(); from += 3) {
      List<Aggregate> run = windows.subList(from, windows.size());
      Aggregate following = aggregator().create();
      following.startAfter(windows.get(from - 1));
      run.forEach(following::appendLater);
      AggregateSnapshot.of(appended(run)).requireCloseTo(AggregateSnapshot.of(following));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void combine_anyOrderAndGrouping_isEqual(long seed) {
    Random random = new Random(seed);
    List<Aggregate> series = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      series.add(aggregateOf(samples(random, random.nextInt(20))));
    }
    AggregateSnapshot whole = AggregateSnapshot.of(combined(series));
    List<Aggregate> shuffled = new ArrayList<>(series);
    Collections.shuffle(shuffled, random);
    AggregateSnapshot.of(combined(shuffled)).requireCloseTo(whole);
    Aggregate left = combined(shuffled.subList(0, 5));
    left.mergeSeries(combined(shuffled.subList(5, 12)));
    AggregateSnapshot.of(left).requireCloseTo(whole);
    assertThat(combined(series).count())
        .isEqualTo(series.stream().mapToLong(Aggregate::count).sum());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void appendAndCombine_eitherOrder_areEqual(long seed) {
    Random random = new Random(seed);
    List<Aggregate> seriesTotals = new ArrayList<>();
    List<Aggregate> windowTotals = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      windowTotals.add(aggregator().create());
    }
    for (int series = 0; series < 3; series++) {
      Aggregate before = aggregator().create();
      Aggregate whole = aggregator().create();
      int startMillis = 0;
      for (Aggregate combined : windowTotals) {
        Aggregate window = aggregator().create();
        window.startAfter(before);
        double[] samples = samples(random, 2 + random.nextInt(20));
        for (int i = 0; i < samples.length; i++) { // up to the end, so that rates are equal, too
          window.add(samples[i], startMillis + i * 999 / (samples.length - 1));
        }
        startMillis += 1_000;
        whole.appendLater(window);
        combined.mergeSeries(window);
        before = window;
      }
      seriesTotals.add(whole);
    }
    AggregateSnapshot.of(appended(windowTotals))
        .requireCloseTo(AggregateSnapshot.of(combined(seriesTotals)));
  }

  @Test
  void appendCombineFollow_argument_isUnchanged() {
    Random random = new Random(5);
    Aggregate argument = aggregateOf(samples(random, 40));
    AggregateSnapshot before = AggregateSnapshot.of(argument);
    Aggregate other = aggregateOf(samples(random, 40));
    other.appendLater(argument);
    other.mergeSeries(argument);
    other.startAfter(argument);
    other.add(sample(random), nextMillis++);

    assertThat(AggregateSnapshot.of(argument)).isEqualTo(before);
    assertThat(AggregateSnapshot.of(argument)).as("read again").isEqualTo(before);
  }

  @Test
  void describe_anySampleCount_isValidWithSameNames() {
    Random random = new Random(6);
    List<String> names = AggregateSnapshot.of(aggregateOf(sample(random))).names();
    for (int i = 1; i < 100; i++) {
      AggregateSnapshot snapshot = AggregateSnapshot.of(aggregateOf(samples(random, i)));
      snapshot.requireValid(valueIsWithinSamples());
      assertThat(snapshot.names()).isEqualTo(names);
    }
  }

  @Test
  void add_resetsAndExtremeValues_resultsAreValid() {
    double[][] difficult = {
      {100, 120, 5, 9},
      {0, 0, 0},
      {-1, 1},
      {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE},
      {Double.MIN_VALUE, -Double.MIN_VALUE, 0, -0.0},
      {1e-300, 1e300, 1},
    };
    for (double[] samples : difficult) {
      AggregateSnapshot.of(aggregateOf(samples)).requireValid(false);
      AggregateSnapshot.of(combined(List.of(aggregateOf(samples), aggregateOf(samples))))
          .requireValid(false);
      AggregateSnapshot.of(appended(List.of(aggregateOf(samples), aggregateOf(samples))))
          .requireValid(false);
    }
  }

  @Test
  void metric_valueNotFinite_isRejectedByConstructor() {
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new Metric(Channel.SYSTEM, "a", aggregator().type(), value, null, Tags.empty()));
    }
  }

  @Test
  void unpack_packedAggregate_isEqualAndContinuesEqually() {
    Random random = new Random(7);
    Aggregate chain = aggregator().create();
    for (int i = 0; i < 50; i++) {
      Aggregate original = aggregator().create();
      original.startAfter(chain);
      for (double sample : samples(random, i)) {
        original.add(sample, nextMillis++);
      }
      Aggregate copy = aggregator().unpack(original.pack());
      assertThat(AggregateSnapshot.of(copy)).isEqualTo(AggregateSnapshot.of(original));
      assertThat(copy.pack()).isEqualTo(original.pack());
      Aggregate more = aggregateOf(samples(random, 10));
      original.appendLater(more);
      copy.appendLater(more);
      assertThat(AggregateSnapshot.of(copy)).isEqualTo(AggregateSnapshot.of(original));
      chain = original;
    }
  }

  @Test
  void unpack_truncated_throwsIllegalArgument() {
    byte[] packed = aggregateOf(samples(new Random(8), 20)).pack();
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatIllegalArgumentException().isThrownBy(() -> aggregator().unpack(cut));
    }
  }

  @Test
  void add_manySamples_allocatesAlmostNothing() {
    double[] samples = samples(new Random(9), 1_000);
    Aggregate aggregate = aggregateOf(samples);
    for (int i = 0; i < SAMPLE_COUNT; i++) {
      aggregate.add(samples[i % samples.length], nextMillis++);
    }
    long before = Allocation.allocatedBytes();
    for (int i = 0; i < SAMPLE_COUNT; i++) {
      aggregate.add(samples[i % samples.length], nextMillis++);
    }
    long allocated = Allocation.allocatedBytes() - before;

    assertThat(allocated)
        .as("bytes allocated for %s samples", SAMPLE_COUNT)
        .isLessThan(SAMPLE_COUNT / 10);
    assertThat(aggregate.count()).isEqualTo(samples.length + 2L * SAMPLE_COUNT);
  }

  @Test
  void pack_manyDifferentSamples_staysWithinMaxPackedBytes() {
    Random random = new Random(10);
    Aggregate aggregate = aggregateOf(samples(random, SAMPLE_COUNT));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
      aggregate.add(Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000), nextMillis++);
    }

    assertThat(aggregate.pack()).hasSizeLessThanOrEqualTo(Aggregate.MAX_PACKED_BYTES);
    assertThat(AggregateSnapshot.of(aggregator().unpack(aggregate.pack())))
        .isEqualTo(AggregateSnapshot.of(aggregate));
  }
}
