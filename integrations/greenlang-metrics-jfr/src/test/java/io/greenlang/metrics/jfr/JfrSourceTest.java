package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of the recording, its limits and its options. */
@Timeout(300)
class JfrSourceTest {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Longer than a busy machine delays a test between a collection and an assertion. */
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(4);

  /** The array that was allocated last, so that the compiler cannot avoid the allocation. */
  private volatile byte[] allocated = {};

  /** Returns the number of recordings that record something. */
  private static long recordings() {
    return FlightRecorder.getFlightRecorder().getRecordings().stream()
        .filter(recording -> !QuietRecording.isQuiet(recording))
        .count();
  }

  private static long quietRecordings() {
    return FlightRecorder.getFlightRecorder().getRecordings().stream()
        .filter(QuietRecording::isQuiet)
        .count();
  }

  /** Returns the enabled events of the JVM. Those of JUnit are enabled in every recording. */
  private static List<String> enabledEvents() {
    return FlightRecorder.getFlightRecorder().getEventTypes().stream()
        .filter(EventType::isEnabled)
        .map(EventType::getName)
        .filter(name -> name.startsWith("jdk."))
        .toList();
  }

  private static List<String> sourceThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("jfr-source") || name.startsWith("JFR Event Stream"))
        .toList();
  }

  @Test
  void collect_noneForTheIdleLimit_stopsTheRecordingAndItsThreads() {
    List<String> needed = QuietRecording.NEEDED ? List.of("jfr-source-idle") : List.of();
    List<String> neededEvents =
        QuietRecording.NEEDED ? List.of("jdk.JavaThreadStatistics") : List.of();
    long before = recordings();
    try (JfrSource source = JfrSource.builder().idleLimit(IDLE_LIMIT).build()) {
      assertThat(source.isRecording()).isFalse();
      source.collect();
      assertThat(source.isRecording()).isTrue();
      assertThat(recordings()).isEqualTo(before + 1);
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () -> {
                assertThat(source.isRecording()).isFalse();
                assertThat(recordings()).isEqualTo(before);
                assertThat(quietRecordings()).isEqualTo(needed.size());
                assertThat(sourceThreads()).isEqualTo(needed);
                assertThat(enabledEvents()).isEqualTo(neededEvents);
              });
    }
    await()
        .atMost(DEADLINE)
        .untilAsserted(
            () -> {
              assertThat(quietRecordings()).isZero();
              assertThat(sourceThreads()).isEmpty();
              assertThat(enabledEvents()).isEmpty();
            });
  }

  @Test
  void collect_afterAnIdlePeriod_continuesItsTotals() {
    try (JfrSamples samples = new JfrSamples(JfrSource.builder().idleLimit(IDLE_LIMIT).build())) {
      long before = recordings();
      samples.awaitThat(
          () -> {
            allocate();
            assertThat(samples.value("jfr.memory.allocated")).isPositive();
          });
      double total = samples.value("jfr.memory.allocated");
      await().atMost(DEADLINE).until(() -> recordings() < before);
      samples.collect();
      assertThat(recordings()).isEqualTo(before);
      assertThat(samples.value("jfr.memory.allocated")).isGreaterThanOrEqualTo(total);
      samples.awaitThat(
          () -> {
            allocate();
            assertThat(samples.value("jfr.memory.allocated")).isGreaterThan(total);
          });
    }
  }

  /** Allocates 32 MB in a new thread. */
  private void allocate() throws InterruptedException {
    Thread worker =
        new Thread(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                allocated = new byte[16 * 1024];
              }
            });
    worker.start();
    worker.join();
    assertThat(allocated).isNotEmpty();
  }

  @Test
  void recording_stoppedByAnOperator_startsAgain() {
    try (JfrSource source = JfrSource.create()) {
      source.collect();
      FlightRecorder.getFlightRecorder().getRecordings().forEach(each -> each.close());
      await()
          .atMost(DEADLINE)
          .untilAsserted(
              () -> {
                source.collect();
                assertThat(recordings()).isEqualTo(1);
                assertThat(source.isRecording()).isTrue();
              });
    }
  }

  @Test
  void close_whileRecording_stopsForever() {
    long before = recordings();
    JfrSource source = JfrSource.create();
    source.collect();
    source.close();
    assertThat(recordings()).isEqualTo(before);
    assertThat(source.collect()).isEmpty();
    assertThat(source.isRecording()).isFalse();
  }

  @Test
  void events_tooMany_raiseTheThreshold() throws Exception {
    SynchronousQueue<Integer> queue = new SynchronousQueue<>();
    Thread peer = new Thread(() -> drain(queue));
    peer.start();
    try (JfrSamples samples =
        new JfrSamples(
            JfrSource.builder().parkThreshold(Duration.ZERO).maxEventsPerSecond(5).build())) {
      await()
          .atMost(DEADLINE)
          .until(
              () -> {
                for (int i = 0; i < 100; i++) {
                  queue.put(i);
                }
                samples.collect();
                return samples.value("jfr.threshold", "event", "ThreadPark") > 0;
              });
      assertThat(samples.value("jfr.events", "event", "ThreadPark")).isGreaterThan(5);
      assertThat(samples.value("jfr.threshold", "event", "SocketRead")).isEqualTo(20);
    } finally {
      peer.interrupt();
      peer.join();
    }
  }

  private static void drain(SynchronousQueue<Integer> queue) {
    try {
      while (queue.take() >= 0) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void errors_tooMany_areIgnoredUntilTheNextStart() {
    int[] created = {0};
    try (JfrSamples samples = new JfrSamples(JfrSource.builder().maxEventsPerSecond(10).build())) {
      await()
          .atMost(DEADLINE)
          .until(
              () -> {
                for (int i = 0; i < 100; i++) {
                  created[0] += new LinkageError("number " + i).getMessage() == null ? 0 : 1;
                }
                samples.collect();
                double received = samples.value("jfr.events", "event", "JavaErrorThrow");
                return received > 10 && created[0] - received > 2_000;
              });
    }
  }

  @Test
  void metrics_all_areDescribedOnTheChannel() {
    Channel channel = new Channel("flight.metrics");
    try (JfrSource source = JfrSource.builder().channel(channel).build()) {
      assertThat(source.demandChannel()).isEqualTo(channel);
      Set<String> described =
          source.descriptions().stream().map(MetricDescription::name).collect(Collectors.toSet());
      assertThat(source.collect())
          .isNotEmpty()
          .allSatisfy(metric -> assertThat(metric.channel()).isEqualTo(channel))
          .extracting(Metric::name)
          .isSubsetOf(described);
      assertThat(source.descriptions()).allMatch(each -> each.channel().equals(channel));
    }
  }

  @Test
  void events_thatTheJvmDoesNotHave_areNotCounted() {
    try (JfrSource source = JfrSource.create()) {
      Set<String> counted =
          source.collect().stream()
              .filter(metric -> metric.name().equals("jfr.events"))
              .map(metric -> "jdk." + metric.tags().get("event"))
              .collect(Collectors.toSet());
      assertThat(FlightRecorder.getFlightRecorder().getEventTypes())
          .extracting(EventType::getName)
          .containsAll(counted);
    }
  }

  @Test
  void builder_valueOutOfRange_isRejectedWithTheRange() {
    JfrSourceBuilder builder = JfrSource.builder();
    assertThatThrownBy(() -> builder.idleLimit(Duration.ofMillis(500)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("idleLimit must be from PT1S to PT24H, but is PT0.5S");
    assertThatThrownBy(() -> builder.lockThreshold(Duration.ofMillis(-1)))
        .hasMessageContaining("lockThreshold must be from PT0S to PT1H");
    assertThatThrownBy(() -> builder.allocationSamplesPerSecond(0))
        .hasMessageContaining("must be from 1 to 10000, but is 0");
    assertThatThrownBy(() -> builder.maxEventsPerSecond(0)).hasMessageContaining("from 1 to");
  }
}
