package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recording that keeps the JVM's recorder from polling, and its memory. */
class QuietRecordingTest {

  private static List<Recording> quietRecordings() {
    return FlightRecorder.getFlightRecorder().getRecordings().stream()
        .filter(QuietRecording::isQuiet)
        .toList();
  }

  private static boolean periodicEventIsEnabled() {
    return FlightRecorder.getFlightRecorder().getEventTypes().stream()
        .filter(type -> type.getName().equals("jdk.JavaThreadStatistics"))
        .anyMatch(EventType::isEnabled);
  }

  /** Sources of earlier tests end their recordings on other threads. */
  @BeforeEach
  void awaitNoRecording() {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> quietRecordings().isEmpty() && !periodicEventIsEnabled());
  }

  @Test
  void recorder_duringTheRecording_hasOnePeriodicEvent() {
    assertThat(periodicEventIsEnabled()).isFalse();
    try (QuietRecording quiet = QuietRecording.start()) {
      quiet.renewIfWorn();
      assertThat(quietRecordings())
          .hasSize(1)
          .allSatisfy(each -> assertThat(each.isToDisk()).isFalse());
      assertThat(periodicEventIsEnabled()).isTrue();
    }
    assertThat(quietRecordings()).isEmpty();
    assertThat(periodicEventIsEnabled()).isFalse();
  }

  @Test
  void recording_stoppedByAnOperator_startsAgain() {
    try (QuietRecording quiet = QuietRecording.start()) {
      quietRecordings().forEach(Recording::close);
      quiet.renewIfWorn();
      assertThat(quietRecordings()).hasSize(1);
      assertThat(periodicEventIsEnabled()).isTrue();
    }
  }

  @Test
  void recording_afterManyThreadsHaveEnded_isReplaced() throws InterruptedException {
    try (QuietRecording quiet = QuietRecording.start()) {
      long first = quietRecordings().get(0).getId();
      quiet.renewIfWorn();
      assertThat(quietRecordings()).extracting(Recording::getId).containsExactly(first);
      for (int i = 0; i < 10_000; i++) {
        Thread thread = new Thread(() -> {});
        thread.start();
        thread.join();
      }
      quiet.renewIfWorn();
      assertThat(quietRecordings()).hasSize(1).extracting(Recording::getId).doesNotContain(first);
    }
  }
}
