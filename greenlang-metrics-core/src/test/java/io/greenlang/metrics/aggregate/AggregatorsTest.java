package io.greenlang.metrics.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.SteppedClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregatorsTest {

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final SteppedClock clock = new SteppedClock(0);
  private final FaultyAggregator faulty = new FaultyAggregator();
  private final Aggregators aggregators = Aggregators.of(clock, List.of(faulty));

  private Aggregator found(MetricType type) {
    return Objects.requireNonNull(aggregators.find(type));
  }

  private Aggregate created() {
    return found(FaultyAggregator.TYPE).create();
  }

  private Aggregate of(double reading) {
    Aggregate aggregate = created();
    aggregate.add(reading);
    return aggregate;
  }

  private void throwAt(String call) {
    faulty.before(
        at -> {
          if (at.equals(call)) {
            throw new IllegalStateException("on purpose");
          }
        });
  }

  private static List<String> described(Aggregate aggregate) {
    List<String> names = new ArrayList<>();
    aggregate.describe(1000, (name, number) -> names.add(name));
    return names;
  }

  @Test
  void find_unknownType_isCounted() {
    assertThat(aggregators.find(new MetricType("other"))).isNull();
    assertThat(aggregators.knows(new MetricType("other"))).isFalse();
    assertThat(aggregators.failures()).isEqualTo(1);
    assertThat(aggregators.typeNames()).containsExactly("counter", "faulty", "gauge", "histogram");
  }

  @Test
  void of_twoForOneType_saysWhich() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aggregators.of(clock, List.of(Aggregator.gauges())))
        .withMessageContaining("gauge");
  }

  @Test
  void of_aggregatorThatThrows_failsAtOnce() {
    throwAt("create");
    assertThatThrownBy(() -> Aggregators.of(clock, List.of(faulty))).hasMessage("on purpose");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"create", "add", "append", "combine", "follow", "count", "min", "max", "value"})
  void anyCall_throws_leavesThatWindowOutAndNoOther(String call) {
    Aggregate sound = of(1);
    throwAt(call);
    Aggregate broken = of(1);
    broken.append(sound);
    broken.combine(sound);
    broken.follow(sound);
    assertThat(broken.count()).isZero();
    assertThat(broken.value()).isNaN();
    assertThat(broken.min()).isNaN();
    assertThat(broken.max()).isNaN();
    assertThat(described(broken)).isEmpty();
    assertThat(broken.pack()).isEmpty();
    assertThat(aggregators.failures()).isEqualTo(1);

    faulty.before(at -> {});
    sound.append(broken);
    sound.combine(broken);
    sound.follow(broken);
    assertThat(sound.count()).isEqualTo(1);
    assertThat(of(3).value()).isEqualTo(3);
    Aggregate gauge = found(MetricType.GAUGE).create();
    gauge.add(5);
    assertThat(gauge.value()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"describe", "pack"})
  void lateCall_throws_isCounted(String call) {
    Aggregate aggregate = of(1);
    throwAt(call);
    assertThat(described(aggregate)).hasSize(call.equals("describe") ? 0 : 2);
    assertThat(aggregate.pack()).isEmpty();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @Test
  void checkedException_thatIsNotDeclared_isAFaultLikeAnyOther() {
    Aggregate broken = of(1);
    faulty.before(call -> AggregatorsTest.throwAnyway(new IOException("on purpose")));
    broken.add(2);
    assertThat(broken.count()).isZero();
    assertThat(created().count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(2);
  }

  /** As Kotlin does, which knows no checked exceptions. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void throwAnyway(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void pack_null_isNothingAndCounted() {
    Aggregate aggregate = of(1);
    faulty.packsNull = true;
    assertThat(aggregate.pack()).isEmpty();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @Test
  void stackOverflow_isAFaultLikeAnyOther() {
    faulty.before(
        call -> {
          throw new StackOverflowError();
        });
    assertThat(created().count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void count_valueThatNoMessageCanCarry_isNone(double value) {
    faulty.value = value;
    assertThat(of(1).count()).isZero();
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
    "detail, NaN",
    "detail, Infinity"
  })
  void describe_whatNoMessageCanCarry_isLeftOut(String name, double number) {
    faulty.detail = name;
    faulty.detailNumber = number;
    assertThat(described(of(1))).containsExactly("good");
    assertThat(aggregators.failures()).isEqualTo(1);
  }

  @Test
  void unpack_nothingOrRubbish_isEmpty() {
    Aggregator aggregator = found(FaultyAggregator.TYPE);
    assertThat(aggregator.unpack(new byte[0]).count()).isZero();
    assertThat(aggregators.failures()).isZero();
    assertThat(aggregator.unpack(new byte[] {1, 2, 3}).count()).isZero();
    assertThat(aggregators.failures()).isEqualTo(1);
    assertThat(aggregator.unpack(of(4).pack()).value()).isEqualTo(4);
  }

  @Test
  void slow_builtInOnABusyMachine_losesNothing() {
    SteppedClock busy =
        new SteppedClock(0) {
          @Override
          public long nanoTime() {
            advance(100_000_000); // between any two looks at it, other threads ran
            return super.nanoTime();
          }
        };
    Aggregators builtIn = Aggregators.builtIn(busy);
    Aggregate gauge = Objects.requireNonNull(builtIn.find(MetricType.GAUGE)).create();
    for (int i = 0; i < 100; i++) {
      gauge.add(i);
    }
    assertThat(gauge.count()).isEqualTo(100);
    assertThat(builtIn.failures()).isZero();
  }

  @Test
  void slow_threeTimesInAMinute_isLeftAloneForAMinute() {
    faulty.before(call -> clock.advance(call.equals("add") ? 51_000_000 : 0));
    assertThat(of(1).count()).isEqualTo(1);
    clock.advance(2 * MINUTE_NANOS); // too long ago to count
    assertThat(of(1).count()).isEqualTo(1);
    assertThat(of(1).count()).isEqualTo(1);
    Aggregate open = of(1);
    assertThat(aggregators.failures()).isEqualTo(4);

    assertThat(of(1).count()).isZero();
    for (int i = 0; i < 16; i++) {
      open.add(2);
    }
    assertThat(open.count()).as("one that was open").isZero();
    assertThat(aggregators.failures()).as("it was not called any more").isEqualTo(4);
    faulty.before(call -> {});
    clock.advance(MINUTE_NANOS + 1);
    assertThat(of(1).count()).isEqualTo(1);
  }
}
