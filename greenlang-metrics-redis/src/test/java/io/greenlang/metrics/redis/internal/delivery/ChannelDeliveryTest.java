package io.greenlang.metrics.redis.internal.delivery;

import static io.greenlang.metrics.redis.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.Instance;
import io.greenlang.metrics.redis.RecordingListener;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.internal.external.ExternalBacklog;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The gaps that a receiver is notified of when a log has lost its tail and entries arrive again.
 */
class ChannelDeliveryTest {

  private static final String EPOCH = "e";

  private final RedisBrokerConfig settings =
      new RedisBrokerConfig(
          RedisUri.parse("redis://127.0.0.1"),
          null,
          "own",
          Duration.ofHours(1),
          1 << 20,
          1 << 20,
          1 << 20,
          100,
          1 << 20,
          true);
  private final BrokerCounters counters = new BrokerCounters();
  private final PublishQueue outbox = new PublishQueue(settings, counters, lane -> {}, lane -> {});
  private final ChannelPublishQueue lane = outbox.queueOf(ORDERS);
  private final RecordingListener journal = new RecordingListener();

  @BeforeEach
  void open() {
    journal.onChannelOpened(ORDERS, ChannelLog.empty(EPOCH));
  }

  private ChannelDelivery course(@Nullable LogPosition position) {
    return new ChannelDelivery(settings, lane, outbox, journal, counters, position, EPOCH);
  }

  private static LogEntry entry(String publisher, long sequence, long offset) {
    byte[] payload = PublicationCodec.pack(List.of(Instance.metric(ORDERS, (double) sequence)));
    return new LogEntry(offset, 1_000, 1_000, offset - 1, publisher, sequence, 1, payload);
  }

  @Test
  void take_logLostTail_skipsDeliveredEntries() {
    ChannelDelivery course = course(new LogPosition(EPOCH, 0, 1_000, 0));
    course.onEntry(EPOCH, entry("a", 1, 1));
    course.onEntry(EPOCH, entry("a", 2, 2));
    course.onEntry(EPOCH, entry("b", 1, 3));

    LogPosition lost = new LogPosition(EPOCH, 0, 1_000, 0);
    course.turn(lost, "f");
    course.onEntry("f", entry("b", 1, 1));
    course.onEntry("f", entry("a", 2, 2));
    course.onEntry("f", entry("a", 3, 3));

    assertThat(journal.values(ORDERS)).containsExactly(1.0, 2.0, 1.0, 3.0);
    assertThat(journal.epoch(ORDERS)).isEqualTo("f");
    assertThat(journal.interruptions(ORDERS)).containsExactly(new Gap(ORDERS, "f", 2, Gap.UNKNOWN));
    assertThat(journal.breaches()).isEmpty();
  }

  @Test
  void take_logLostTailInLocalMode_reportsGapBeforeNextEntry() {
    ChannelDelivery course = course(null);
    course.onEntry(EPOCH, entry("a", 1, 1));
    course.turn(new LogPosition(EPOCH, 0, 1_000, 0), "f");
    course.onEntry("f", entry("a", 5, 1));

    assertThat(journal.values(ORDERS)).containsExactly(1.0, 5.0);
    assertThat(journal.interruptions(ORDERS))
        .as("after the first, before the second")
        .containsExactly(new Gap(ORDERS, EPOCH, 1, Gap.UNKNOWN));
    assertThat(journal.breaches()).isEmpty();
  }

  @Test
  void take_externalEntryTwice_isDeliveredTwice() {
    ChannelDelivery course = course(new LogPosition(EPOCH, 0, 1_000, 0));
    course.onEntry(EPOCH, entry(ExternalBacklog.MARK + "1", 1, 1));
    course.turn(new LogPosition(EPOCH, 0, 1_000, 0), "f");
    course.onEntry("f", entry(ExternalBacklog.MARK + "1", 1, 1));

    assertThat(journal.values(ORDERS)).containsExactly(1.0, 1.0);
  }

  @Test
  void advance_aboveLimit_evictsLeastRecentPublisher() {
    PublisherSequences sequences = new PublisherSequences();
    sequences.advance("quiet", 9);
    for (int i = 0; i < PublisherSequences.MAX_NODES; i++) {
      assertThat(sequences.advance("node" + i, 1)).isTrue();
    }
    assertThat(sequences.advance("node1", 1)).isFalse();
    assertThat(sequences.advance("quiet", 9)).isTrue();
  }
}
