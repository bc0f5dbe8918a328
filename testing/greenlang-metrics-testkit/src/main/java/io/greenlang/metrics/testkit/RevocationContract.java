package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.broker.Revocation.Kind;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The contract suite of {@link Broker#revoke}: each listener receives the revocations of all
 * instances within two seconds.
 */
public abstract class RevocationContract {

  /** The time that the contract allows. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** The revocations of a kind by an instance: a machine that pauses delays one of them only. */
  private static final int REPETITIONS = 3;

  private final List<Broker> brokers = new ArrayList<>();

  /**
   * Returns the brokers of instances that share their publications, not started; one if brokers of
   * this kind share nothing.
   */
  protected abstract List<Broker> createInstances();

  /** Closes the brokers that the test created. */
  @AfterEach
  void closeBrokers() {
    brokers.forEach(Broker::close);
  }

  private List<Broker> create() {
    List<Broker> created = createInstances();
    brokers.addAll(created);
    return created;
  }

  private static Revocation revocation(Kind kind, String name) {
    Instant now = Instant.now();
    return new Revocation(kind, name, now, now.plus(Duration.ofHours(1)));
  }

  /** The revocations that an instance has received. */
  private static final class Received implements BrokerListener {
    private final Set<Revocation> revocations = ConcurrentHashMap.newKeySet();

    @Override
    public void onRevocations(Collection<Revocation> received) {
      revocations.addAll(received);
    }

    @Override
    public void onChannelOpened(Channel channel, ChannelLog log) {
      assertThat(log.epoch()).isNotEmpty();
    }

    @Override
    public void onPublication(Publication publication) {
      throw new AssertionError("nothing was published: " + publication);
    }

    @Override
    public void onGap(Gap gap) {
      throw new AssertionError("nothing was lost: " + gap);
    }
  }

  private static Received start(Broker broker) {
    Received received = new Received();
    broker.start(received);
    return received;
  }

  @Test
  void revoke_byEachInstance_reachesAllWithinTwoSeconds() {
    List<Broker> instances = create();
    List<Received> received = instances.stream().map(RevocationContract::start).toList();
    int number = 0;
    for (Broker revoking : instances) {
      for (Kind kind : Kind.values()) {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
          Revocation revocation = revocation(kind, "\u00e4\ud83d\udc1f \"" + number++);
          times.add(timeToReachAll(revoking, revocation, received));
        }
        Collections.sort(times);
        assertThat(times.get(REPETITIONS / 2)).as("median of %s", times).isLessThan(LIMIT);
      }
    }
    int revoked = number;
    assertThat(received).allMatch(each -> each.revocations.size() == revoked);
  }

  private static Duration timeToReachAll(
      Broker revoking, Revocation revocation, List<Received> received) {
    long startNanos = System.nanoTime();
    revoking.revoke(revocation);
    ResourceUsage.await(
        () -> received.stream().allMatch(each -> each.revocations.contains(revocation)));
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @Test
  void revoke_notStartedOrClosed_throwsIllegalState() {
    Broker broker = create().get(0);
    Revocation revocation = revocation(Kind.TOKEN, "a");
    assertThatIllegalStateException().isThrownBy(() -> broker.revoke(revocation));
    start(broker);
    broker.close();
    assertThatIllegalStateException().isThrownBy(() -> broker.revoke(revocation));
  }
}
