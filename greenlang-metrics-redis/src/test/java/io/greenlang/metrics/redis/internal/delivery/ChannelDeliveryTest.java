package io.greenlang.metrics.redis.internal.delivery;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.RecordingListener;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue;
import io.greenlang.metrics.redis.internal.publish.PublishQueue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The gaps that a listener is notified of when a log has lost its tail and entries arrive again.
 */
class ChannelDeliveryTest {

  private static final String EPOCH = "e";

  private final BrokerContext context =
      BrokerContext.of(
          new RedisBrokerConfig(
              RedisUri.parse("redis://127.0.0.1"),
              null,
              Duration.ofSeconds(1),
              "own",
              Duration.ofHours(1),
              1 << 20,
              1 << 20,
              1 << 20,
              100,
              1 << 20,
              true));
  private final PublishQueue publishQueue =
      new PublishQueue(
          context.config(), context.counters(), new DeliveryQueue(1 << 20, context.counters()));
  private final ChannelPublishQueue queue = publishQueue.queueOf(ORDERS);
  private final RecordingListener listener = new RecordingListener();

  @BeforeEach
  void open() {
    listener.onChannelOpened(ORDERS, ChannelLog.empty(EPOCH));
  }

  private ChannelDelivery delivery(@Nullable LogPosition position) {
    return new ChannelDelivery(context, queue, publishQueue, listener, position, EPOCH);
  }

  private static LogEntry entry(String publisher, long publisherSequence, long offset) {
    byte[] payload =
        PublicationCodec.pack(List.of(Instance.metric(ORDERS, (double) publisherSequence)));
    return new LogEntry(offset, 1_000, 1_000, offset - 1, publisher, publisherSequence, 1, payload);
  }

  @Test
  void onLogEntry_logLostTail_skipsDeliveredEntries() {
    ChannelDelivery delivery = delivery(new LogPosition(EPOCH, 0, 1_000, 0));
    delivery.onLogEntry(EPOCH, entry("a", 1, 1));
    delivery.onLogEntry(EPOCH, entry("a", 2, 2));
    delivery.onLogEntry(EPOCH, entry("b", 1, 3));

    LogPosition lost = new LogPosition(EPOCH, 0, 1_000, 0);
    delivery.switchEpoch(lost, "f");
    delivery.onLogEntry("f", entry("b", 1, 1));
    delivery.onLogEntry("f", entry("a", 2, 2));
    delivery.onLogEntry("f", entry("a", 3, 3));

    assertThat(listener.values(ORDERS)).containsExactly(1.0, 2.0, 1.0, 3.0);
    assertThat(listener.epoch(ORDERS)).isEqualTo("f");
    assertThat(listener.gaps(ORDERS)).containsExactly(new Gap(ORDERS, "f", 2, Gap.UNKNOWN));
    assertThat(listener.breaches()).isEmpty();
  }

  @Test
  void onLogEntry_logLostTailInLocalMode_reportsGapBeforeNextEntry() {
    ChannelDelivery delivery = delivery(null);
    delivery.onLogEntry(EPOCH, entry("a", 1, 1));
    delivery.switchEpoch(new LogPosition(EPOCH, 0, 1_000, 0), "f");
    delivery.onLogEntry("f", entry("a", 5, 1));

    assertThat(listener.values(ORDERS)).containsExactly(1.0, 5.0);
    assertThat(listener.gaps(ORDERS))
        .as("after the first, before the second")
        .containsExactly(new Gap(ORDERS, EPOCH, 1, Gap.UNKNOWN));
    assertThat(listener.breaches()).isEmpty();
  }

  @Test
  void onLogEntry_externalEntryTwice_isDeliveredTwice() {
    ChannelDelivery delivery = delivery(new LogPosition(EPOCH, 0, 1_000, 0));
    delivery.onLogEntry(EPOCH, entry(LogEntry.EXTERNAL_MARK + "1", 1, 1));
    delivery.switchEpoch(new LogPosition(EPOCH, 0, 1_000, 0), "f");
    delivery.onLogEntry("f", entry(LogEntry.EXTERNAL_MARK + "1", 1, 1));

    assertThat(listener.values(ORDERS)).containsExactly(1.0, 1.0);
  }

  @Test
  void advance_aboveLimit_evictsLeastRecentPublisher() {
    PublisherSequences sequences = new PublisherSequences();
    sequences.advance("quiet", 9);
    for (int i = 0; i < PublisherSequences.MAX_PUBLISHERS; i++) {
      assertThat(sequences.advance("publisher" + i, 1)).isTrue();
    }
    assertThat(sequences.advance("publisher1", 1)).isFalse();
    assertThat(sequences.advance("quiet", 9)).isTrue();
  }
}
