package io.greenlang.metrics.internal.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.broker.Revocation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Revocations in force: whom they affect, for how long, and how many there can be. */
class RevocationsTest {

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private final ManualClock clock = new ManualClock(NOON);
  private final Revocations revocations = new Revocations(clock);

  private static Revocation revocation(Kind kind, String name, Duration validity) {
    return new Revocation(kind, name, NOON, NOON.plus(validity));
  }

  @Test
  void contains_revokedSubject_affectsTokensUpToThatSecond() {
    revocations.add(revocation(Kind.SUBJECT, "bob", Duration.ofHours(1)));
    assertThat(revocations.contains("bob", "1", NOON.minusSeconds(60))).isTrue();
    assertThat(revocations.contains("bob", "1", NOON)).isTrue();
    assertThat(revocations.contains("bob", "1", null)).as("of unknown age").isTrue();
    assertThat(revocations.contains("bob", "1", NOON.plusSeconds(1))).isFalse();
    assertThat(revocations.contains("alice", "1", NOON.minusSeconds(60))).isFalse();
  }

  @Test
  void contains_revokedToken_affectsOnlyThatToken() {
    revocations.add(revocation(Kind.TOKEN, "token-1", Duration.ofHours(1)));
    assertThat(revocations.contains("bob", "token-1", NOON.plusSeconds(5))).isTrue();
    assertThat(revocations.contains("bob", "token-2", NOON)).isFalse();
    assertThat(revocations.contains("token-1", null, NOON)).as("a subject").isFalse();
  }

  @Test
  void contains_endedRevocation_affectsNothing() {
    revocations.add(revocation(Kind.SUBJECT, "bob", Duration.ofMinutes(10)));
    clock.advance(Duration.ofMinutes(10).plusSeconds(30));
    assertThat(revocations.contains("bob", null, null)).as("tokens have a grace of 30 s").isTrue();
    clock.advance(Duration.ofSeconds(30));
    assertThat(revocations.contains("bob", null, null)).isFalse();
  }

  @ParameterizedTest
  @MethodSource
  void contains_endlessRevocation_affectsTokensForGood(Instant until) {
    revocations.add(new Revocation(Kind.SUBJECT, "bob", NOON, until));
    clock.advance(Duration.ofDays(36_500));
    assertThat(revocations.contains("bob", null, NOON)).isTrue();
  }

  static List<Instant> contains_endlessRevocation_affectsTokensForGood() {
    return List.of(Instant.ofEpochMilli(Long.MAX_VALUE), Instant.MAX);
  }

  @Test
  void revocation_timesBefore1970_areLimited() {
    Revocation revocation = new Revocation(Kind.TOKEN, "a", Instant.MIN, Instant.MIN);
    assertThat(revocation.revokedAt()).isEqualTo(Instant.EPOCH);
    assertThat(revocation.until()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void add_sameNameTwice_laterTimesWin() {
    revocations.add(revocation(Kind.SUBJECT, "bob", Duration.ofHours(1)));
    Instant later = NOON.plusSeconds(100);
    revocations.add(new Revocation(Kind.SUBJECT, "bob", later, NOON.plusSeconds(1)));
    assertThat(revocations.size()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(30));
    assertThat(revocations.contains("bob", null, later)).isTrue();
  }

  @Test
  void add_overMaximum_isRejectedUntilOthersEnd() {
    List<Revocation> many = new ArrayList<>();
    for (int i = 0; i < Revocations.MAX_SIZE; i++) {
      many.add(revocation(Kind.TOKEN, "token-" + i, Duration.ofMinutes(1)));
    }
    revocations.addAll(many);
    Revocation further = revocation(Kind.SUBJECT, "bob", Duration.ofHours(1));
    assertThatIllegalStateException()
        .isThrownBy(() -> revocations.add(further))
        .withMessageContaining("20000 revocations are in force");
    revocations.addAll(List.of(further));
    assertThat(revocations.size()).isEqualTo(Revocations.MAX_SIZE);
    clock.advance(Duration.ofMinutes(2));
    revocations.add(further);
    assertThat(revocations.size()).isEqualTo(1);
  }

  @Test
  void add_withListener_notifiesUntilItIsRemoved() {
    AtomicInteger calls = new AtomicInteger();
    Runnable listener = calls::incrementAndGet;
    revocations.addListener(listener);
    revocations.add(revocation(Kind.TOKEN, "a", Duration.ofHours(1)));
    revocations.addAll(List.of(revocation(Kind.TOKEN, "b", Duration.ofHours(1))));
    revocations.removeListener(listener);
    revocations.add(revocation(Kind.TOKEN, "c", Duration.ofHours(1)));
    assertThat(calls).hasValue(2);
  }

  @Test
  void revocation_invalidName_isRejected() {
    for (String name : new String[] {"", " ", "a\nb", "x".repeat(257)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> revocation(Kind.TOKEN, name, Duration.ofHours(1)));
    }
  }
}
