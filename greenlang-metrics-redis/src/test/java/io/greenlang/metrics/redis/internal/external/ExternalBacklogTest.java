package io.greenlang.metrics.redis.internal.external;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExternalBacklogTest {

  private static final long GRACE = ExternalBacklog.GRACE_NANOS;
  private static final byte[] PAYLOAD = new byte[10];

  private final ExternalBacklog backlog = new ExternalBacklog(4, GRACE);

  @Test
  void due_leader_isImmediateAndOthersWait() {
    backlog.addReceived("~a", 1, PAYLOAD, 0);

    assertThat(backlog.due(true, 0)).hasSize(1);
    assertThat(backlog.due(false, GRACE - 1)).isEmpty();
    assertThat(backlog.due(false, GRACE)).hasSize(1);
  }

  @Test
  void onEntry_receivedMessage_isRemoved() {
    backlog.addReceived("~a", 1, PAYLOAD, 0);
    backlog.addReceived("~b", 1, PAYLOAD, 0);
    backlog.onEntry("~a", 5, 1);

    assertThat(marks(backlog.due(true, 1))).containsExactly("~b");
  }

  @Test
  void onEntry_beforeMessage_suppressesOneMessageOfSameText() {
    backlog.onEntry("~a", 5, 0);
    backlog.addReceived("~a", 1, PAYLOAD, 1);
    assertThat(backlog.isEmpty()).isTrue();

    backlog.addReceived("~a", 1, PAYLOAD, 2);
    assertThat(marks(backlog.due(true, 2))).containsExactly("~a");
  }

  @Test
  void onLogged_message_isNotDueAgainAndNumberAdvances() {
    backlog.addReceived("~a", 1, PAYLOAD, 0);
    backlog.addReceived("~b", 1, PAYLOAD, 0);
    assertThat(backlog.nextPublisherSequence()).isEqualTo(5);
    backlog.onLogged(backlog.due(true, 0).get(0), 5);

    assertThat(marks(backlog.due(true, 0))).containsExactly("~b");
    assertThat(backlog.nextPublisherSequence()).isEqualTo(6);
    assertThat(backlog.isEmpty()).isFalse();
  }

  @Test
  void onRejected_nextAttempt_waitsForBusOrOneSecond() {
    backlog.addReceived("~a", 1, PAYLOAD, 0);
    backlog.onRejected(0);
    assertThat(backlog.due(true, 1)).isEmpty();
    assertThat(backlog.due(true, ExternalBacklog.RETRY_NANOS)).hasSize(1);

    backlog.onEntry("~other", 5, 2);

    assertThat(marks(backlog.due(true, 2))).containsExactly("~a");
    assertThat(backlog.nextPublisherSequence()).isEqualTo(6);
  }

  @Test
  void onRejected_withoutBusMessages_mustAskRedis() {
    backlog.onRejected(0);
    backlog.onRejected(1);
    assertThat(backlog.mustResync()).isFalse();
    backlog.onRejected(2);
    assertThat(backlog.mustResync()).isTrue();

    backlog.resync(40);

    assertThat(backlog.mustResync()).isFalse();
    assertThat(backlog.nextPublisherSequence()).isEqualTo(41);
  }

  @Test
  void addReceived_aboveLimit_dropsOldest() {
    for (int i = 0; i < ExternalBacklog.MAX_MESSAGES; i++) {
      assertThat(backlog.addReceived("~" + i, 1, PAYLOAD, 0)).isZero();
    }
    assertThat(backlog.addReceived("~last", 1, PAYLOAD, 0)).isOne();
    assertThat(backlog.addReceived("~large", 1, new byte[ExternalBacklog.MAX_BYTES - 10], 0))
        .isEqualTo(ExternalBacklog.MAX_MESSAGES - 1);
  }

  @Test
  void expire_unlogged_isDroppedAndCounted() {
    backlog.addReceived("~a", 1, PAYLOAD, 0);
    backlog.addReceived("~b", 1, PAYLOAD, TimeUnit.SECONDS.toNanos(20));

    assertThat(backlog.expire(TimeUnit.SECONDS.toNanos(31))).isOne();
    assertThat(marks(backlog.due(true, TimeUnit.SECONDS.toNanos(31)))).containsExactly("~b");
  }

  /** Three instances, any number of which lead, and a bus with delays of up to half a second. */
  @Test
  void log_randomLeadersAndDelays_containsEachMessageOnce() {
    for (int seed = 0; seed < 200; seed++) {
      new ExternalModel(new Random(seed)).run("seed " + seed);
    }
  }

  private static List<String> marks(List<ExternalBacklog.ReceivedMessage> due) {
    return due.stream().map(ExternalBacklog.ReceivedMessage::mark).toList();
  }
}
