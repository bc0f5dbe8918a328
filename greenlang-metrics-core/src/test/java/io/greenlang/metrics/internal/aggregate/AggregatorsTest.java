package io.greenlang.metrics.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregatorsTest {

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final FaultyAggregator faulty = new FaultyAggregator();
  private final Aggregators aggregators = Aggregators.of(clock, List.of(faulty));

  private Aggregator aggregatorFor(MetricType type) {
    return Objects.requireNonNull(aggregators.find(type));
  }

  private Aggregate newAggregate() {
    return aggregatorFor(FaultyAggregator.TYPE).create();
  }

  private Aggregate aggregateOf(double sample) {
    Aggregate aggregate = newAggregate();
    aggregate.add(sample, 0);
    return aggregate;
  }

  private void throwIn(String call) {
    faulty.beforeEachCall(
        currentCall -> {
          if (currentCall.equals(call)) {
            throw new IllegalStateException("on purpose");
          }
        });
  }

  private static List<String> detailNames(Aggregate aggregate) {
    List<String> names = new ArrayList<>();
    aggregate.forEachField(1000, (name, number) -> names.add(name));
    return names;
  }

  @Test
  void find_unknownType_isNullAndCounted() {
    assertThat(aggregators.find(new MetricType("other"))).isNull();
    assertThat(aggregators.contains(new MetricType("other"))).isFalse();
    assertThat(aggregators.failures()).isEqualTo(1);
    assertThat(aggregators.typeNames()).containsExactly("counter", "faulty", "gauge", "histogram");
  }

  @Test
  void of_duplicateType_namesType() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aggregators.of(clock, List.of(BuiltInAggregator.GAUGES)))
        .withMessageContaining("gauge");
  }

  @Test
  void of_throwingAggregator_failsImmediately() {
    throwIn("create");
    assertThatThrownBy(() -> Aggregators.of(clock, List.of(faulty))).hasMessage("on purpose");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "add",
        "appendLater",
        "mergeSeries",
        "startAfter",
        "count",
        "min",
        "max",
        "value"
      })
  void anyCall_throws_leavesOutThatWindowOnly(String call) {
    Aggregate healthy = aggregateOf(1);
    throwIn(call);
    Aggregate broken = aggregateOf(1);
    broken.appendLater(healthy);
    broken.mergeSeries(healthy);
    broken.startAfter(healthy);
    assertThat(broken.count()).isZero();
    assertThat(broken.value()).isNaN();
    assertThat(broken.min()).isNaN();
    assertThat(broken.max()).isNaN();
    assertThat(detailNames(broken)).isEmpty();
    assertThat(broken.pack()).isEmpty();
    assertThat(aggregators.failures()).isEqualTo(1);

    faulty.beforeEachCall(currentCall -> {});
    healthy.appendLater(broken);
    healthy.mergeSeries(broken);
    healthy.startAfter(broken);
    assertThat(healthy.count()).isEqualTo(1);
    assertThat(aggregateOf(3).value()).isEqualTo(3);
    Aggregate gauge = aggregatorFor(MetricType.GAUGE).create();
    gauge.add(5, 0);
    assertThat(gauge.value()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forEachField", "pack"})
  void detailsOrPack_throws_isCounted(String call) {
    Aggregate aggregate = aggregateOf(1);
    throwIn(call);
    assertThat(detailNames(aggregate)).hasSize(call.equals("forEachField") ? 0 : 2);
    assertThat(aggregate.pack()).isEmpty();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @Test
  void add_undeclaredCheckedException_isCounted() {
    Aggregate broken = aggregateOf(1);
    faulty.beforeEachCall(call -> AggregatorsTest.throwUnchecked(new IOException("on purpose")));
    broken.add(2, 0);
    assertThat(broken.count()).isZero();
    assertThat(newAggregate().count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(2);
  }

  /** Throws a checked exception without declaring it, as Kotlin code can. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void throwUnchecked(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void pack_null_isEmptyAndCounted() {
    Aggregate aggregate = aggregateOf(1);
    faulty.packsNull = true;
    assertThat(aggregate.pack()).isEmpty();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @Test
  void create_stackOverflow_isCounted() {
    faulty.beforeEachCall(
        call -> {
          throw new StackOverflowError();
        });
    assertThat(newAggregate().count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void count_valueNotFinite_isZero(double value) {
    faulty.value = value;
    assertThat(aggregateOf(1).count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "value, 1",
    "tags, 1",
    "offset, 1",
    "'', 1",
    "a\"b, 1",
    "'a\nb', 1",
    "good, 1",
    "__proto__, 1",
    "detail, NaN",
    "detail, Infinity"
  })
  void describe_invalidDetail_isLeftOut(String name, double number) {
    faulty.detail = name;
    faulty.detailNumber = number;
    assertThat(detailNames(aggregateOf(1))).containsExactly("good");
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @Test
  void unpack_emptyOrInvalidBytes_isEmpty() {
    Aggregator aggregator = aggregatorFor(FaultyAggregator.TYPE);
    assertThat(aggregator.unpack(new byte[0]).count()).isZero();
    assertThat(aggregators.failures()).isZero();
    assertThat(aggregator.unpack(new byte[] {1, 2, 3}).count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(1);
    assertThat(aggregator.unpack(aggregateOf(4).pack()).value()).isEqualTo(4);
  }

  @Test
  void add_builtInOnBusyMachine_losesNothing() {
    MetricsClock busy =
        new MetricsClock() {
          @Override
          public long wallTimeMillis() {
            return clock.wallTimeMillis();
          }

          @Override
          public long monotonicNanos() {
            clock.advance(Duration.ofMillis(100)); // between any two calls, other threads ran
            return clock.monotonicNanos();
          }
        };
    Aggregators builtIn = Aggregators.builtIn(busy);
    Aggregate gauge = Objects.requireNonNull(builtIn.find(MetricType.GAUGE)).create();
    for (int i = 0; i < 100; i++) {
      gauge.add(i, i);
    }
    assertThat(gauge.count()).isEqualTo(100);
    assertThat(builtIn.failures()).isZero();
  }

  @Test
  void add_slowThreeTimesPerMinute_suspendsForOneMinute() {
    faulty.beforeEachCall(call -> clock.advance(Duration.ofMillis(call.equals("add") ? 51 : 0)));
    assertThat(aggregateOf(1).count()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(2)); // too long ago to count
    assertThat(aggregateOf(1).count()).isEqualTo(1);
    assertThat(aggregateOf(1).count()).isEqualTo(1);
    Aggregate open = aggregateOf(1);
    assertThat(aggregators.failures()).isEqualTo(4);

    assertThat(aggregateOf(1).count()).isZero();
    for (int i = 0; i < 16; i++) {
      open.add(2, 0);
    }
    assertThat(open.count()).as("an aggregate that was already open").isZero();
    assertThat(aggregators.failures()).as("the suspended aggregator is not called").isEqualTo(4);
    faulty.beforeEachCall(call -> {});
    clock.advance(Duration.ofMinutes(1).plusNanos(1));
    assertThat(aggregateOf(1).count()).isEqualTo(1);
  }
}
