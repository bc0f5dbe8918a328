package io.greenlang.metrics.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ForeignBacklogTest {

  private static final long GRACE = ForeignBacklog.GRACE_NANOS;
  private static final byte[] PAYLOAD = new byte[10];

  private final ForeignBacklog backlog = new ForeignBacklog(4, GRACE);

  @Test
  void due_leader_isImmediateAndOthersWait() {
    backlog.hear("~a", 1, PAYLOAD, 0);

    assertThat(backlog.due(true, 0)).hasSize(1);
    assertThat(backlog.due(false, GRACE - 1)).isEmpty();
    assertThat(backlog.due(false, GRACE)).hasSize(1);
  }

  @Test
  void seen_receivedMessage_isRemoved() {
    backlog.hear("~a", 1, PAYLOAD, 0);
    backlog.hear("~b", 1, PAYLOAD, 0);
    backlog.seen("~a", 5, 1);

    assertThat(marks(backlog.due(true, 1))).containsExactly("~b");
  }

  @Test
  void seen_beforeMessage_suppressesOneMessageOfSameText() {
    backlog.seen("~a", 5, 0);
    backlog.hear("~a", 1, PAYLOAD, 1);
    assertThat(backlog.isEmpty()).isTrue();

    backlog.hear("~a", 1, PAYLOAD, 2);
    assertThat(marks(backlog.due(true, 2))).containsExactly("~a");
  }

  @Test
  void logged_message_isNotDueAgainAndNumberAdvances() {
    backlog.hear("~a", 1, PAYLOAD, 0);
    backlog.hear("~b", 1, PAYLOAD, 0);
    assertThat(backlog.next()).isEqualTo(5);
    backlog.logged(backlog.due(true, 0).get(0), 5);

    assertThat(marks(backlog.due(true, 0))).containsExactly("~b");
    assertThat(backlog.next()).isEqualTo(6);
    assertThat(backlog.isEmpty()).isFalse();
  }

  @Test
  void refused_nextAttempt_waitsForBusOrOneSecond() {
    backlog.hear("~a", 1, PAYLOAD, 0);
    backlog.refused(0);
    assertThat(backlog.due(true, 1)).isEmpty();
    assertThat(backlog.due(true, ForeignBacklog.RETRY_NANOS)).hasSize(1);

    backlog.seen("~other", 5, 2);

    assertThat(marks(backlog.due(true, 2))).containsExactly("~a");
    assertThat(backlog.next()).isEqualTo(6);
  }

  @Test
  void refused_withoutBusMessages_mustAskRedis() {
    backlog.refused(0);
    backlog.refused(1);
    assertThat(backlog.isLost()).isFalse();
    backlog.refused(2);
    assertThat(backlog.isLost()).isTrue();

    backlog.resume(40);

    assertThat(backlog.isLost()).isFalse();
    assertThat(backlog.next()).isEqualTo(41);
  }

  @Test
  void hear_aboveLimit_dropsOldest() {
    for (int i = 0; i < ForeignBacklog.MAX_MESSAGES; i++) {
      assertThat(backlog.hear("~" + i, 1, PAYLOAD, 0)).isZero();
    }
    assertThat(backlog.hear("~last", 1, PAYLOAD, 0)).isOne();
    assertThat(backlog.hear("~large", 1, new byte[ForeignBacklog.MAX_BYTES - 10], 0))
        .isEqualTo(ForeignBacklog.MAX_MESSAGES - 1);
  }

  @Test
  void expire_unlogged_isDroppedAndCounted() {
    backlog.hear("~a", 1, PAYLOAD, 0);
    backlog.hear("~b", 1, PAYLOAD, TimeUnit.SECONDS.toNanos(20));

    assertThat(backlog.expire(TimeUnit.SECONDS.toNanos(31))).isOne();
    assertThat(marks(backlog.due(true, TimeUnit.SECONDS.toNanos(31)))).containsExactly("~b");
  }

  /** Three instances, any number of which lead, and a bus with delays of up to half a second. */
  @Test
  void log_randomLeadersAndDelays_containsEachMessageOnce() {
    for (int seed = 0; seed < 200; seed++) {
      new ForeignModel(new Random(seed)).run("seed " + seed);
    }
  }

  private static List<String> marks(List<ForeignBacklog.Heard> due) {
    return due.stream().map(ForeignBacklog.Heard::mark).toList();
  }
}
