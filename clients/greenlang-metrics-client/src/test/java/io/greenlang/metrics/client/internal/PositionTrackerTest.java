package io.greenlang.metrics.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.internal.protocol.StreamPosition;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricType;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The position of a channel, and the duplicates of a replay. */
class PositionTrackerTest {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final PositionTracker tracker = new PositionTracker(new StreamPosition("e", 10));

  private static Metric metric(String name, Instant time, @Nullable Duration interval) {
    return new Metric("c", name, MetricType.GAUGE, 1, time, Map.of(), interval, Map.of(), null);
  }

  private List<String> accept(long offset, boolean replayed, boolean complete, String... names) {
    List<Metric> metrics = Arrays.stream(names).map(name -> metric(name, TIME, null)).toList();
    return acceptAll(offset, replayed, complete, metrics);
  }

  private List<String> acceptWindow(long offset, boolean replayed, int second, String name) {
    Metric window = metric(name, TIME.plusSeconds(second), Duration.ofSeconds(1));
    return acceptAll(offset, replayed, false, List.of(window));
  }

  private List<String> acceptAll(
      long offset, boolean replayed, boolean complete, List<Metric> metrics) {
    ServerMessage.Metrics frame =
        new ServerMessage.Metrics("c", metrics, OptionalLong.of(offset), replayed, complete);
    return tracker.accept(frame, offset).stream().map(Metric::name).toList();
  }

  private long resumeOffset() {
    return tracker.resumePosition().offset();
  }

  @Test
  void resumePosition_partialPublication_isTheLastCompleteOne() {
    accept(10, false, false, "a"); // a part of 11, which carries the previous offset
    assertThat(resumeOffset()).isEqualTo(10);
    accept(11, false, false, "b"); // the last part of 11
    assertThat(resumeOffset()).isEqualTo(10);
    accept(12, false, false, "c");
    assertThat(resumeOffset()).isEqualTo(11);
  }

  @Test
  void resumePosition_batch_isComplete() {
    accept(11, false, true, "a", "b");
    assertThat(resumeOffset()).isEqualTo(11);
    accept(13, false, true, "a", "b");
    assertThat(resumeOffset()).isEqualTo(13);
  }

  @Test
  void accept_replayOfAPartialPublication_dropsTheKnownPart() {
    accept(11, false, false, "a");
    accept(11, false, false, "b");
    tracker.startReplay();
    assertThat(accept(11, true, false, "a")).isEmpty();
    assertThat(accept(11, true, false, "b")).isEmpty();
    assertThat(accept(11, true, false, "c")).containsExactly("c");
    assertThat(accept(12, true, false, "a")).containsExactly("a");
  }

  @Test
  void accept_replayOfTheFirstPublication_keepsItsUnknownPart() {
    accept(10, false, false, "a"); // a part of 11, which carries the previous offset
    tracker.startReplay();
    assertThat(accept(10, true, false, "a")).isEmpty();
    assertThat(accept(10, true, false, "b")).containsExactly("b");
    tracker.startReplay();
    assertThat(accept(10, true, false, "a", "b")).isEmpty();
    assertThat(accept(11, true, false, "c")).containsExactly("c");
    assertThat(resumeOffset()).isEqualTo(10);
  }

  @Test
  void accept_equalObservations_dropsAsManyAsWereReceived() {
    accept(11, false, false, "a");
    accept(11, false, false, "a");
    tracker.startReplay();
    assertThat(accept(11, true, false, "a")).isEmpty();
    assertThat(accept(11, true, false, "a")).isEmpty();
    assertThat(accept(11, true, false, "a")).containsExactly("a");
  }

  @Test
  void accept_replayBeforeThePosition_isDropped() {
    accept(12, false, true, "a");
    tracker.startReplay();
    assertThat(accept(11, true, true, "old")).isEmpty();
    assertThat(accept(12, true, true, "a")).isEmpty();
    assertThat(accept(13, true, true, "new")).containsExactly("new");
  }

  @Test
  void accept_liveAfterReplay_isNeverADuplicate() {
    accept(11, false, false, "a");
    tracker.startReplay();
    assertThat(accept(12, false, false, "a")).containsExactly("a");
    assertThat(accept(13, true, false, "a")).containsExactly("a");
  }

  @Test
  void resumePosition_windowsThatCloseTogether_areOneGroup() {
    acceptWindow(20, false, 0, "a");
    acceptWindow(21, false, 0, "b");
    assertThat(resumeOffset()).isEqualTo(10);
    acceptWindow(22, false, 1, "a");
    assertThat(resumeOffset()).isEqualTo(21);
    tracker.startReplay();
    assertThat(acceptWindow(22, true, 1, "a")).isEmpty();
    assertThat(acceptWindow(23, true, 1, "b")).containsExactly("b");
  }

  @Test
  void resumePosition_mergedValuesOutOfOrder_doesNotAdvance() {
    accept(15, false, false, "a");
    accept(14, false, false, "b");
    assertThat(resumeOffset()).isEqualTo(10);
    accept(16, false, false, "c");
    assertThat(resumeOffset()).isEqualTo(15);
  }
}
