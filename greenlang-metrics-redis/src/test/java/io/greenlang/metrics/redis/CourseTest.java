package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The gaps that a receiver is notified of when a log has lost its tail and entries arrive again.
 */
class CourseTest {

  private static final String EPOCH = "e";

  private final Settings settings =
      new Settings(
          RedisAddress.parse("redis://127.0.0.1"),
          null,
          "own",
          Duration.ofHours(1),
          1 << 20,
          1 << 20,
          1 << 20,
          100,
          1 << 20,
          true);
  private final Counters counters = new Counters();
  private final Outbox outbox = new Outbox(settings, counters, lane -> {}, lane -> {});
  private final Lane lane = outbox.lane(ORDERS);
  private final Journal journal = new Journal();

  @BeforeEach
  void open() {
    journal.open(ORDERS, ChannelLog.empty(EPOCH));
  }

  private Course course(@Nullable LogPosition position) {
    return new Course(settings, lane, outbox, journal, counters, position, EPOCH);
  }

  private static LogEntry entry(String publisher, long sequence, long offset) {
    byte[] payload = PublicationCodec.pack(List.of(Instance.metric(ORDERS, (double) sequence)));
    return new LogEntry(offset, 1_000, 1_000, offset - 1, publisher, sequence, 1, payload);
  }

  @Test
  void take_logLostTail_skipsDeliveredEntries() {
    Course course = course(new LogPosition(EPOCH, 0, 1_000, 0));
    course.take(EPOCH, entry("a", 1, 1));
    course.take(EPOCH, entry("a", 2, 2));
    course.take(EPOCH, entry("b", 1, 3));

    LogPosition lost = new LogPosition(EPOCH, 0, 1_000, 0);
    course.turn(lost, "f");
    course.take("f", entry("b", 1, 1));
    course.take("f", entry("a", 2, 2));
    course.take("f", entry("a", 3, 3));

    assertThat(journal.values(ORDERS)).containsExactly(1.0, 2.0, 1.0, 3.0);
    assertThat(journal.epoch(ORDERS)).isEqualTo("f");
    assertThat(journal.interruptions(ORDERS))
        .containsExactly(new Interruption(ORDERS, "f", 2, Interruption.UNKNOWN));
    assertThat(journal.breaches()).isEmpty();
  }

  @Test
  void take_logLostTailInLocalMode_reportsGapBeforeNextEntry() {
    Course course = course(null);
    course.take(EPOCH, entry("a", 1, 1));
    course.turn(new LogPosition(EPOCH, 0, 1_000, 0), "f");
    course.take("f", entry("a", 5, 1));

    assertThat(journal.values(ORDERS)).containsExactly(1.0, 5.0);
    assertThat(journal.interruptions(ORDERS))
        .as("after the first, before the second")
        .containsExactly(new Interruption(ORDERS, EPOCH, 1, Interruption.UNKNOWN));
    assertThat(journal.breaches()).isEmpty();
  }

  @Test
  void take_externalEntryTwice_isDeliveredTwice() {
    Course course = course(new LogPosition(EPOCH, 0, 1_000, 0));
    course.take(EPOCH, entry(ForeignBacklog.MARK + "1", 1, 1));
    course.turn(new LogPosition(EPOCH, 0, 1_000, 0), "f");
    course.take("f", entry(ForeignBacklog.MARK + "1", 1, 1));

    assertThat(journal.values(ORDERS)).containsExactly(1.0, 1.0);
  }

  @Test
  void advance_aboveLimit_evictsLeastRecentPublisher() {
    NodeSequences sequences = new NodeSequences();
    sequences.advance("quiet", 9);
    for (int i = 0; i < NodeSequences.MAX_NODES; i++) {
      assertThat(sequences.advance("node" + i, 1)).isTrue();
    }
    assertThat(sequences.advance("node1", 1)).isFalse();
    assertThat(sequences.advance("quiet", 9)).isTrue();
  }
}
