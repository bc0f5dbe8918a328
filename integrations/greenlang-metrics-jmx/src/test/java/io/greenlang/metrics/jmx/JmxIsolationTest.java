package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MBeans that hang, throw, change and invent attributes, beside one that works. */
@Timeout(240)
class JmxIsolationTest {

  /** A timeout that is longer than any step takes, on a machine that many processes share. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The timeout of a test whose MBeans hang. It is longer than a busy machine delays a call. */
  private static final Duration HANG = Duration.ofSeconds(3);

  private static final String GOOD = "shop.Pool.active";

  private final TestBeans beans = new TestBeans();
  private final CountDownLatch released = new CountDownLatch(1);
  private final JmxSourceBuilder builder =
      JmxSource.builder()
          .include("shop:*")
          .beanTimeout(Duration.ofSeconds(30))
          .refreshInterval(Duration.ofMillis(100));

  JmxIsolationTest() {
    beans.register("shop:type=Pool", Map.of("active", () -> 7));
  }

  @AfterEach
  void unregister() {
    released.countDown();
    beans.close();
  }

  private static long readerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("jmx-source-reader"))
        .count();
  }

  @Test
  void bean_hangs_isLeftOutUntilItReturns() throws Exception {
    beans.register("shop:type=Slow", Map.of("answer", TestBeans.hanging(released)));
    JmxSource source = builder.beanTimeout(HANG).build();
    assertThat(Collected.from(source).names()).containsExactly(GOOD);
    assertThat(source.stats().hangingBeans()).isEqualTo(1);
    assertThat(source.stats().failures()).isEqualTo(1);
    for (int i = 0; i < 5; i++) {
      assertThat(Collected.from(source).names()).containsExactly(GOOD);
    }
    assertThat(source.stats().failures()).as("it costs the timeout once").isEqualTo(1);
    await().atMost(TIMEOUT).until(() -> readerThreads() == 1);
    released.countDown();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> assertThat(Collected.from(source).value("shop.Slow.answer")).isEqualTo(42));
    assertThat(source.stats().hangingBeans()).isZero();
    await().atMost(TIMEOUT).until(() -> readerThreads() == 0);
  }

  @Test
  void beans_moreHangThanThreads_costOnlyThemselves() throws Exception {
    JmxSource source = builder.maxThreads(2).beanTimeout(HANG).build();
    assertThat(Collected.from(source).names()).containsExactly(GOOD);
    for (int i = 0; i < 5; i++) {
      beans.register("shop:type=Slow,number=" + i, Map.of("answer", TestBeans.hanging(released)));
    }
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              assertThat(Collected.from(source).names()).containsExactly(GOOD);
              assertThat(source.stats().hangingBeans()).isEqualTo(2);
            });
    await().atMost(TIMEOUT).until(() -> readerThreads() == 2);
    long failures = source.stats().failures();
    for (int i = 0; i < 5; i++) {
      assertThat(Collected.from(source).names()).containsExactly(GOOD);
    }
    assertThat(source.stats().failures()).as("the others are counted").isGreaterThan(failures);
    assertThat(source.stats().hangingBeans()).isEqualTo(2);
    released.countDown();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).metrics()).hasSize(6));
  }

  @Test
  void beans_hangOnBothExtraThreads_leaveNone() throws Exception {
    AtomicBoolean hangs = new AtomicBoolean();
    Supplier<?> answer = () -> hangs.get() ? TestBeans.hanging(released).get() : 1;
    beans.register("shop:type=Late,number=1", Map.of("answer", answer));
    beans.register("shop:type=Late,number=2", Map.of("answer", answer));
    JmxSource source = builder.maxThreads(1).beanTimeout(HANG).build();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).metrics()).hasSize(3));
    beans.register("shop:type=Slow", Map.of("answer", TestBeans.hanging(released)));
    awaitHanging(source, 1);
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).metrics()).hasSize(3));
    hangs.set(true);
    awaitHanging(source, 3);
    assertThat(Collected.from(source).names()).isEmpty();
    await().atMost(TIMEOUT).until(() -> readerThreads() == 3);
    hangs.set(false);
    released.countDown();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).metrics()).hasSize(4));
  }

  /** Such as during a pause of the JVM, which makes one call late. */
  @Test
  void bean_lateAtTheLimit_isReadAgainAndCostsOnlyItself() throws Exception {
    AtomicReference<Supplier<?>> answer = new AtomicReference<>(() -> 1);
    beans.register(
        "shop:type=Late", Map.of("answer", () -> Objects.requireNonNull(answer.get()).get()));
    JmxSource source = builder.maxThreads(1).beanTimeout(HANG).build();
    awaitNames(source, "shop.Late.answer", GOOD);
    beans.register("shop:type=Slow", Map.of("answer", TestBeans.hanging(released)));
    awaitHanging(source, 1);
    awaitNames(source, "shop.Late.answer", GOOD);
    for (int i = 0; i < 2; i++) {
      CountDownLatch pause = new CountDownLatch(1);
      answer.set(TestBeans.hanging(pause));
      awaitHanging(source, 2);
      awaitNames(source, GOOD);
      pause.countDown();
      awaitNames(source, "shop.Late.answer", GOOD);
      assertThat(source.stats().hangingBeans()).isEqualTo(1);
    }
  }

  /** A thread that a pause stops before its call is abandoned, and a later one has begun. */
  @Test
  void run_anotherIsReading_endsWithoutSamples() throws Exception {
    ObjectName name =
        beans.register("shop:type=Slow", Map.of("answer", TestBeans.hanging(released)));
    BeanReader reader =
        new BeanReader(
            TestBeans.SERVER, name, new SeriesMapper(JmxSource.DEFAULT_CHANNEL, List.of()));
    BeanReader.Run reading = reader.new Run();
    Thread thread = new Thread(reading);
    thread.start();
    await().atMost(TIMEOUT).until(reader::isBusy);
    BeanReader.Run abandoned = reader.new Run();
    abandoned.run();
    assertThat(abandoned.samples()).isEmpty();
    assertThat(reader.isBusy()).isTrue();
    released.countDown();
    thread.join();
    assertThat(reading.samples()).hasSize(1);
    assertThat(reader.isBusy()).isFalse();
  }

  /** Collects until one collection has exactly some metrics. */
  private static void awaitNames(JmxSource source, String... names) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).names()).containsExactly(names));
  }

  /** Collects until a number of MBeans hang. */
  private static void awaitHanging(JmxSource source, int number) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              Collected.from(source);
              assertThat(source.stats().hangingBeans()).isEqualTo(number);
            });
  }

  @Test
  void collect_interrupted_endsAndAbandonsTheCall() throws Exception {
    beans.register("shop:type=Slow", Map.of("answer", TestBeans.hanging(released)));
    JmxSource source = builder.build();
    Thread.currentThread().interrupt();
    assertThatThrownBy(source::collect).isInstanceOf(InterruptedException.class);
    released.countDown();
    await().atMost(TIMEOUT).until(() -> readerThreads() == 0);
    assertThat(Collected.from(source).metrics()).hasSize(2);
  }

  @Test
  void attribute_throws_keepsTheOthersOfItsBean() throws Exception {
    beans.register(
        "shop:type=Broken",
        Map.of("good", () -> 3, "bad", () -> fail(new IllegalStateException("closed"))));
    JmxSource source = builder.build();
    assertThat(Collected.from(source).names()).containsExactly("shop.Broken.good", GOOD);
    assertThat(source.stats().failures()).isEqualTo(1);
    Collected.from(source);
    assertThat(source.stats().failures()).isEqualTo(2);
  }

  @Test
  void bean_throwsAnError_keepsTheOtherBeans() throws Exception {
    beans.register("shop:type=Broken", Map.of("bad", () -> fail(new StackOverflowError())));
    JmxSource source = builder.build();
    assertThat(Collected.from(source).names()).containsExactly(GOOD);
    assertThat(source.stats().failures()).isEqualTo(1);
    assertThat(Collected.from(source).names()).containsExactly(GOOD);
  }

  @Test
  void attribute_unsupported_isNoFailureAndNotReadAgain() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    beans.register(
        "shop:type=Partial",
        Map.of(
            "missing",
            () -> {
              calls.incrementAndGet();
              return fail(new UnsupportedOperationException("no threshold"));
            }));
    JmxSource source = builder.build();
    Collected.from(source);
    int callsOfTheFirst = calls.get();
    for (int i = 0; i < 5; i++) {
      Collected.from(source);
    }
    assertThat(source.stats().failures()).isZero();
    assertThat(calls.get()).isEqualTo(callsOfTheFirst);
  }

  private static Object fail(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) thrown;
  }

  @Test
  void bean_inventsAttributes_meetsTheLimitAndDisplacesNoOther() throws Exception {
    AtomicInteger invented = new AtomicInteger();
    beans.registerChanging(
        "shop:type=Inventor",
        () -> {
          Map<String, Supplier<?>> attributes = new HashMap<>();
          int first = invented.getAndAdd(50);
          for (int i = first; i < first + 100; i++) {
            attributes.put("a" + i, () -> 1);
          }
          return attributes;
        });
    JmxSource source = builder.maxSeries(300).build();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              Collected collected = Collected.from(source);
              assertThat(collected.value(GOOD)).isEqualTo(7);
              assertThat(collected.metrics()).hasSizeLessThanOrEqualTo(300);
              assertThat(source.stats().discarded()).isGreaterThan(1_000);
            });
  }

  @Test
  void bean_tooManyAttributes_areCut() throws Exception {
    Map<String, Supplier<?>> attributes = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      attributes.put("a" + i, () -> 1);
    }
    beans.register("shop:type=Wide", attributes);
    JmxSource source = builder.build();
    assertThat(Collected.from(source).metrics()).hasSizeBetween(900, 1_001);
    assertThat(source.stats().discarded()).isGreaterThanOrEqualTo(4_000);
  }

  @Test
  void values_invalidNameOrNumber_areLeftOut() throws Exception {
    beans.register(
        "shop:type=Odd",
        Map.of("x".repeat(200), () -> 1, "nothing", () -> Double.NaN, "text", () -> "12"));
    JmxSource source = builder.build();
    assertThat(Collected.from(source).names()).containsExactly(GOOD);
    assertThat(source.stats().discarded()).isEqualTo(1);
    assertThat(source.stats().failures()).isZero();
  }

  @Test
  void beans_sameSeries_publishesOneAndCountsTheOther() throws Exception {
    beans.register("shop:type=A,name=x", Map.of("size", () -> 1));
    beans.register("shop:type=B,name=x", Map.of("size", () -> 2));
    JmxSource source = builder.rule(JmxRule.matching("><>size").name("size")).build();
    assertThat(Collected.from(source).metrics()).hasSize(1);
    assertThat(source.stats().discarded()).isEqualTo(1);
  }

  @Test
  void beans_comeAndGo_areFoundAndForgotten() throws Exception {
    JmxSource source = builder.build();
    assertThat(Collected.from(source).names()).containsExactly(GOOD);
    ObjectName late = beans.register("shop:type=Late", Map.of("size", () -> 1));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).names()).contains("shop.Late.size"));
    beans.unregister(late);
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(Collected.from(source).names()).containsExactly(GOOD));
    assertThat(source.stats().failures()).isZero();
    assertThat(source.stats().beans()).isEqualTo(1);
  }

  @Test
  void attributes_withoutRule_areNotRead() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    beans.register("shop:type=Costly", Map.of("report", calls::incrementAndGet));
    JmxSource source =
        builder
            .refreshInterval(Duration.ofHours(1))
            .rule(JmxRule.matching("<type=Pool>").name("pool"))
            .build();
    for (int i = 0; i < 5; i++) {
      assertThat(Collected.from(source).names()).isEqualTo(List.of("pool"));
    }
    assertThat(calls.get()).as("one call shows that no rule matches").isEqualTo(1);
  }
}
