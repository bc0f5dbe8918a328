package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
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
 * What every {@link Aggregator} keeps: however readings are cut into stretches and series, they
 * come to the same, and it never grows beyond all bounds nor says what no message can carry.
 */
public abstract class AggregatorContract {

  private static final int MANY = 200_000;

  /** The aggregator that is tested. */
  protected abstract Aggregator aggregator();

  /** A reading such as its metrics have. */
  protected double reading(Random random) {
    return Math.rint(random.nextDouble() * 1e6);
  }

  /** Whether the value of one series lies between its least and its greatest reading. */
  protected boolean valueIsWithinReadings() {
    return true;
  }

  private double[] readings(Random random, int count) {
    double[] readings = new double[count];
    for (int i = 0; i < count; i++) {
      readings[i] = reading(random);
    }
    return readings;
  }

  private Aggregate of(double... readings) {
    Aggregate aggregate = aggregator().create();
    for (double reading : readings) {
      aggregate.add(reading);
    }
    return aggregate;
  }

  /** The same readings in windows, each told what came before it. */
  private List<Aggregate> windows(Random random, double[] readings) {
    List<Aggregate> windows = new ArrayList<>(List.of(aggregator().create()));
    for (double reading : readings) {
      while (random.nextInt(8) == 0) {
        Aggregate next = aggregator().create();
        next.follow(windows.get(windows.size() - 1));
        windows.add(next);
      }
      windows.get(windows.size() - 1).add(reading);
    }
    return windows;
  }

  private Aggregate appended(List<Aggregate> windows) {
    Aggregate whole = aggregator().create();
    windows.forEach(whole::append);
    return whole;
  }

  private Aggregate combined(List<Aggregate> series) {
    Aggregate whole = aggregator().create();
    series.forEach(whole::combine);
    return whole;
  }

  @Test
  void type_asked_isAlwaysTheSame() {
    assertThat(aggregator().type()).isEqualTo(aggregator().type());
  }

  @Test
  void create_newAggregate_holdsNothingAndIsItsOwn() {
    Aggregate one = aggregator().create();
    Aggregate other = aggregator().create();
    one.add(reading(new Random(1)));

    assertThat(one.count()).isEqualTo(1);
    assertThat(other.count()).isZero();
    assertThat(other.value()).isNaN();
    assertThat(other.min()).isNaN();
    assertThat(other.max()).isNaN();
  }

  @Test
  void registered_withOthers_isTheOneOfItsType() {
    Aggregators builtIn = Aggregators.builtIn(new ManualClock(Instant.EPOCH));
    List<Aggregator> added = builtIn.knows(aggregator().type()) ? List.of() : List.of(aggregator());
    Aggregators all = Aggregators.of(new ManualClock(Instant.EPOCH), added);
    Random random = new Random(2);
    Aggregator found = Objects.requireNonNull(all.find(aggregator().type()));
    Aggregate guarded = found.create();
    Aggregate bare = aggregator().create();
    for (double each : readings(random, 100)) {
      guarded.add(each);
      bare.add(each);
    }

    assertThat(AggregateSays.of(guarded)).isEqualTo(AggregateSays.of(bare));
    assertThat(all.failures()).isZero();
  }

  @Test
  void windowOfOneReading_anyReading_isThatReading() {
    Random random = new Random(3);
    for (double each : readings(random, 100)) {
      Aggregate one = of(each);
      AggregateSays.of(one).requireSound(valueIsWithinReadings());
      assertThat(one.count()).isEqualTo(1);
      assertThat(one.min()).isEqualTo(each);
      assertThat(one.max()).isEqualTo(each);
    }
  }

  @Test
  void appendAndCombine_nothing_changeNothing() {
    double[] readings = readings(new Random(4), 50);
    AggregateSays before = AggregateSays.of(of(readings));
    Aggregate aggregate = of(readings);
    aggregate.append(aggregator().create());
    aggregate.combine(aggregator().create());
    aggregate.follow(aggregator().create());

    assertThat(AggregateSays.of(aggregate)).isEqualTo(before);
    assertThat(AggregateSays.of(appended(List.of(of(readings))))).isEqualTo(before);
    AggregateSays.of(combined(List.of(of(readings)))).requireCloseTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void append_windowsHoweverCut_comeToTheWhole(long seed) {
    Random random = new Random(seed);
    double[] readings = readings(random, 300);
    AggregateSays whole = AggregateSays.of(of(readings));
    List<Aggregate> windows = windows(random, readings);
    AggregateSays.of(appended(windows)).requireCloseTo(whole);

    int cut = 1 + random.nextInt(Math.max(1, windows.size() - 1));
    Aggregate tail = appended(windows.subList(cut, windows.size()));
    Aggregate headFirst = appended(windows.subList(0, cut));
    headFirst.append(tail);
    AggregateSays.of(headFirst).requireCloseTo(whole);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void append_anyRunOfWindows_knowsWhatTheOneBeforeItCameTo(long seed) {
    Random random = new Random(seed);
    List<Aggregate> windows = windows(random, readings(random, 300));
    for (int from = 1; from < windows.size(); from += 3) {
      List<Aggregate> run = windows.subList(from, windows.size());
      Aggregate told = aggregator().create();
      told.follow(windows.get(from - 1));
      run.forEach(told::append);
      AggregateSays.of(appended(run)).requireCloseTo(AggregateSays.of(told));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void combine_anyOrderAndGrouping_comesToTheSame(long seed) {
    Random random = new Random(seed);
    List<Aggregate> series = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      series.add(of(readings(random, random.nextInt(20))));
    }
    AggregateSays whole = AggregateSays.of(combined(series));
    List<Aggregate> shuffled = new ArrayList<>(series);
    Collections.shuffle(shuffled, random);
    AggregateSays.of(combined(shuffled)).requireCloseTo(whole);
    Aggregate left = combined(shuffled.subList(0, 5));
    left.combine(combined(shuffled.subList(5, 12)));
    AggregateSays.of(left).requireCloseTo(whole);
    assertThat(combined(series).count())
        .isEqualTo(series.stream().mapToLong(Aggregate::count).sum());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void overTagsThenTime_orTimeThenTags_comeToTheSame(long seed) {
    Random random = new Random(seed);
    List<Aggregate> overTime = new ArrayList<>();
    List<Aggregate> overTags = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      overTags.add(aggregator().create());
    }
    for (int series = 0; series < 3; series++) {
      Aggregate before = aggregator().create();
      Aggregate whole = aggregator().create();
      for (Aggregate stretch : overTags) {
        Aggregate window = aggregator().create();
        window.follow(before);
        for (double each : readings(random, 1 + random.nextInt(20))) {
          window.add(each);
        }
        whole.append(window);
        stretch.combine(window);
        before = window;
      }
      overTime.add(whole);
    }
    AggregateSays.of(appended(overTags)).requireCloseTo(AggregateSays.of(combined(overTime)));
  }

  @Test
  void appendCombineFollow_argument_isNotChanged() {
    Random random = new Random(5);
    Aggregate argument = of(readings(random, 40));
    AggregateSays before = AggregateSays.of(argument);
    Aggregate other = of(readings(random, 40));
    other.append(argument);
    other.combine(argument);
    other.follow(argument);
    other.add(reading(random));

    assertThat(AggregateSays.of(argument)).isEqualTo(before);
    assertThat(AggregateSays.of(argument)).as("asked twice").isEqualTo(before);
  }

  @Test
  void describe_everyStretch_isSoundAndKeepsItsNames() {
    Random random = new Random(6);
    List<String> names = AggregateSays.of(of(reading(random))).names();
    for (int i = 1; i < 100; i++) {
      AggregateSays says = AggregateSays.of(of(readings(random, i)));
      says.requireSound(valueIsWithinReadings());
      assertThat(says.names()).isEqualTo(names);
    }
  }

  @Test
  void resetAndExtremes_add_staySound() {
    double[][] hard = {
      {100, 120, 5, 9},
      {0, 0, 0},
      {-1, 1},
      {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE},
      {Double.MIN_VALUE, -Double.MIN_VALUE, 0, -0.0},
      {1e-300, 1e300, 1},
    };
    for (double[] readings : hard) {
      AggregateSays.of(of(readings)).requireSound(false);
      AggregateSays.of(combined(List.of(of(readings), of(readings)))).requireSound(false);
      AggregateSays.of(appended(List.of(of(readings), of(readings)))).requireSound(false);
    }
  }

  @Test
  void metric_notFinite_isRefusedBeforeItGetsHere() {
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new Metric(Channel.SYSTEM, "a", aggregator().type(), value, null, Tags.empty()));
    }
  }

  @Test
  void unpack_whatWasPacked_isTheSameAndGoesOnTheSame() {
    Random random = new Random(7);
    Aggregate chain = aggregator().create();
    for (int i = 0; i < 50; i++) {
      Aggregate original = aggregator().create();
      original.follow(chain);
      for (double each : readings(random, i)) {
        original.add(each);
      }
      Aggregate copy = aggregator().unpack(original.pack());
      assertThat(AggregateSays.of(copy)).isEqualTo(AggregateSays.of(original));
      assertThat(copy.pack()).isEqualTo(original.pack());
      Aggregate more = of(readings(random, 10));
      original.append(more);
      copy.append(more);
      assertThat(AggregateSays.of(copy)).isEqualTo(AggregateSays.of(original));
      chain = original;
    }
  }

  @Test
  void unpack_cutShort_saysSo() {
    byte[] packed = of(readings(new Random(8), 20)).pack();
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatIllegalArgumentException().isThrownBy(() -> aggregator().unpack(cut));
    }
  }

  @Test
  void add_manyReadings_neitherGrowsNorMakesGarbage() {
    Random random = new Random(9);
    double[] readings = readings(random, 1_000);
    Aggregate aggregate = of(readings);
    for (int i = 0; i < MANY; i++) {
      aggregate.add(readings[i % readings.length]);
    }
    long before = Allocation.bytes();
    for (int i = 0; i < MANY; i++) {
      aggregate.add(readings[i % readings.length]);
    }
    long made = Allocation.bytes() - before;

    assertThat(made).as("bytes for %s readings", MANY).isLessThan(MANY / 10);
    assertThat(aggregate.count()).isEqualTo(readings.length + 2L * MANY);
  }

  @Test
  void pack_manyDifferentReadings_fitsItsBound() {
    Random random = new Random(10);
    Aggregate aggregate = of(readings(random, MANY));
    for (int i = 0; i < MANY; i++) {
      aggregate.add(Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000));
    }

    assertThat(aggregate.pack()).hasSizeLessThanOrEqualTo(Aggregate.MAX_PACKED_BYTES);
    assertThat(AggregateSays.of(aggregator().unpack(aggregate.pack())))
        .isEqualTo(AggregateSays.of(aggregate));
  }
}
