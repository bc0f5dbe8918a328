package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.CatchUpPlanner;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.internal.window.ChannelLock;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests readers that cannot be opened or closed because of an error. */
class FeedReadersTest {

  private static final Channel CHANNEL = new Channel("test.metrics");

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final ChannelStream.Context context = TestStreams.context(clock, new FaultyAggregator());
  private final ChannelIntake intake =
      new ChannelIntake(CHANNEL, context, null, ChannelLog.empty("e"));
  private final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(FeedReadersTest.class), clock);
  private final ChannelLock lock =
      new ChannelLock(
          new PublicationBacklog(intake, new DeferredFailure(CHANNEL, log, "{} failed")));
  private final ViewLimits views = context.viewLimits();
  private final FeedReaders readers =
      new FeedReaders(
          lock,
          intake,
          new CatchUpPlanner(lock, intake.feeds(), null, context.aggregators()),
          views);

  private int acquisitions;

  private FeedReader open() {
    return readers.open(
        Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.NOW, null, "ann");
  }

  /** Has one acquisition of the lock fail, of those that follow. */
  private void failAcquisition(int number) {
    acquisitions = 0;
    lock.completeWith(
        () -> {
          if (++acquisitions == number) {
            throw new OutOfMemoryError("on purpose");
          }
        });
  }

  private void assertNothingIsOpen() {
    assertThat(intake.feeds().feedCount()).as("feeds").isZero();
    assertNoViewIsOpen();
  }

  private void assertNoViewIsOpen() {
    List<ViewLimits.View> all = TestViews.distinct(CHANNEL, views.perSubject());
    assertThat(views.tryReserve("ann", all)).as("no view is counted").isTrue();
    all.forEach(view -> views.unreserve("ann", view));
  }

  @Test
  void open_anyAcquisitionOfTheLockFails_leavesNothingOpen() {
    failAcquisition(Integer.MAX_VALUE);
    FeedReader first = open();
    int all = acquisitions;
    first.close();
    for (int number = 1; number <= all; number++) {
      failAcquisition(number);
      assertThatThrownBy(this::open).hasMessage("on purpose");
      assertNothingIsOpen();
    }
  }

  @Test
  void close_lockFails_subjectHasItsViewAgain() {
    FeedReader reader = open();
    failAcquisition(1);
    assertThatThrownBy(reader::close).hasMessage("on purpose");

    assertNoViewIsOpen();
  }
}
