package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Errors while series continue in new windows: the next client finds each of them complete. */
class ResumptionFailureTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L;
  private static final int SERIES = 3;

  /** A channel whose series have two samples each in a window that is not open yet. */
  private static final class Samples {
    final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
    final FaultyAggregator aggregator = new FaultyAggregator();
    final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
    final ChannelStream stream = TestStreams.open(streams, CHANNEL);

    Samples() {
      stream.accept(TestStreams.ofHosts(CHANNEL, SERIES, 1, clock));
      clock.advance(Duration.ofSeconds(1));
      stream.accept(TestStreams.ofHosts(CHANNEL, SERIES, 2, clock));
    }

    /** Opens the windows, of which one call of the aggregator fails; returns the calls. */
    int open(int failingCall) {
      AtomicInteger calls = new AtomicInteger();
      aggregator.beforeEachCall(
          call -> {
            if (calls.incrementAndGet() == failingCall) {
              throw new OutOfMemoryError("on purpose");
            }
          });
      try {
        open();
      } finally {
        aggregator.beforeEachCall(call -> {});
      }
      return calls.get();
    }

    FeedReader open() {
      Subscription all = Subscription.ofChannel(CHANNEL);
      Subscription view =
          new Subscription(
              CHANNEL, all.tags(), all.names(), Interval.FIVE_SECONDS, null, Format.METRIC);
      return stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
    }

    List<String> closeWindow(FeedReader reader) {
      clock.advance(Duration.ofSeconds(5));
      streams.tick();
      return new ReceivedMessages().drainWithoutFields(reader);
    }
  }

  private static List<String> window() {
    return IntStream.range(0, SERIES)
        .mapToObj(i -> "M n{host=h" + i + "}=1.0 n=2 @" + START)
        .toList();
  }

  @Test
  void open_errorInAnyCallWhileSeriesContinue_nextReaderReceivesCompleteWindow() {
    int calls = new Samples().open(0);
    assertThat(calls).isGreaterThan(SERIES);
    for (int number = 1; number <= calls; number++) {
      int failing = number;
      Samples samples = new Samples();
      assertThatThrownBy(() -> samples.open(failing)).hasMessage("on purpose");
      assertThat(samples.closeWindow(samples.open())).as("call " + number).isEqualTo(window());
    }
  }
}
