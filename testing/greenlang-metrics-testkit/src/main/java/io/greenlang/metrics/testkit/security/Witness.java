package io.greenlang.metrics.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved client that is connected during an attack. It reads what a {@link SteadyPublisher}
 * publishes, on its own thread. No publication may be missing, repeated or out of order, and it
 * records the time from each publication until its arrival.
 *
 * <p><b>Latency.</b> The 99th percentile during an attack may be at most twice that of a control,
 * plus {@link #ALLOWANCE_MILLIS}. There are two controls, and the slower one counts: the same
 * client before the attack, and a {@link ControlPath} during the attack. The second one is needed
 * because the attackers run in the JVM of the server, and other programs run on the machine: both
 * delay every thread. A server that makes others wait for an attacker delays the witness but not
 * the control path, so it gets no credit for a loaded machine.
 *
 * <p>The allowance is for the work that the server must do for each attacker's message: its I/O
 * threads serve the witness and the attackers in turn, while the control path has its threads to
 * itself. It is also for the few samples of a short attack, of which the third slowest is the 99th
 * percentile. On an idle machine, use 50 ms. The attacks that motivated these tests delayed others
 * by 2 to 99 s.
 */
public final class Witness implements AutoCloseable {

  /** The allowance for the load of the machine; {@code -Dhostile.allowance.millis} changes it. */
  public static final double ALLOWANCE_MILLIS = Long.getLong("hostile.allowance.millis", 250);

  static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
          + SteadyPublisher.CHANNEL.name()
          + "\"],\"batch\":true}}";

  private final RawWebSocket client;
  private final Thread thread = new Thread(this::readAll, "witness");
  private final AtomicLong received = new AtomicLong();
  private final LatencyRecorder latencies = new LatencyRecorder();
  private volatile @Nullable Throwable failure;
  private volatile boolean closing;

  private volatile boolean gapsAllowed;
  private volatile boolean gapsAllowedBeforeAttack;
  private volatile long gaps;

  /** The number of the latest publication; 0 before the first. Written by the reading thread. */
  private volatile long latest;

  /** Whether the server has announced a gap after it. Used by the reading thread. */
  private boolean inGap;

  private Witness(RawWebSocket client) {
    this.client = client;
  }

  /** Connects a witness and subscribes it. */
  public static Witness connect(URI url) {
    RawWebSocket client = RawWebSocket.open(url);
    client.nextMessage("welcome");
    client.ask(SUBSCRIBE, "subscribed");
    Witness witness = new Witness(client);
    witness.thread.setDaemon(true);
    witness.thread.start();
    return witness;
  }

  /** Allows gaps that the server announces, for faults that lose publications. */
  public void allowAnnouncedGaps() {
    gapsAllowed = true;
  }

  /**
   * Allows gaps that the server announces before the attack. On a busy machine, a call to a broker
   * can time out without an attack.
   */
  public void allowAnnouncedGapsBeforeAttack() {
    gapsAllowedBeforeAttack = true;
  }

  /** Ends the time before the attack. */
  void beginAttack() {
    gapsAllowedBeforeAttack = false;
  }

  /** Returns the number of gaps that the server has announced. */
  public long gaps() {
    return gaps;
  }

  /** Returns the number of publications that have arrived. */
  public long received() {
    return received.get();
  }

  /**
   * Waits until {@code count} more publications have arrived.
   *
   * @throws AssertionError if one was missing, or the connection failed
   */
  public void awaitMore(long count) {
    long target = received.get() + count;
    ResourceUsage.await(() -> received.get() >= target || failure != null);
    assertMissedNothing();
  }

  /**
   * Checks the publications up to now.
   *
   * @throws AssertionError if one was missing, or the connection failed
   */
  public void assertMissedNothing() {
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError("the witness was affected", thrown);
    }
  }

  /**
   * Waits until a publication has arrived, or a later one after a gap.
   *
   * @throws AssertionError if one was missing, or the connection failed
   */
  public void awaitPublication(long number) {
    ResourceUsage.await(() -> latest >= number || failure != null);
    assertMissedNothing();
  }

  /**
   * Waits until the server has announced more than {@code count} gaps.
   *
   * @throws AssertionError if a publication was missing, or the connection failed
   */
  public void awaitGap(long count) {
    ResourceUsage.await(() -> gaps > count || failure != null);
    assertMissedNothing();
  }

  /** Starts a measurement of the latency. */
  public void startMeasurement() {
    latencies.start();
  }

  /** Waits until the measurement has at least {@code count} publications. */
  void awaitMeasured(int count) {
    ResourceUsage.await(() -> latencies.count() >= count || failure != null);
    assertMissedNothing();
  }

  /** Returns the 99th percentile of the latency since the start of the measurement. */
  public double p99Millis() {
    return latencies.p99Millis();
  }

  /** Returns the longest latency since the start of the measurement. */
  public double maxMillis() {
    return latencies.maxMillis();
  }

  /** Verifies the rule of the latency with an allowance for this attack. */
  static void assertSimilar(
      double p99Before, double p99Control, double p99During, double allowanceMillis) {
    assertThat(p99During)
        .as(
            "p99 of the witness in ms, which was %.1f ms before the attack; control path: %.1f ms",
            p99Before, p99Control)
        .isLessThanOrEqualTo(2 * Math.max(p99Before, p99Control) + allowanceMillis);
  }

  private void readAll() {
    try {
      while (!closing) {
        read(client.nextMessage());
      }
    } catch (RuntimeException | AssertionError e) {
      if (!closing) {
        failure = e;
      }
    }
  }

  private boolean isNext(long number) {
    return latest == 0 || number == latest + 1 || (inGap && number > latest);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread only
  private void read(ReceivedMessage message) {
    if (message.type().equals("ping")) {
      client.send("{\"type\":\"pong\"}");
      return;
    }
    if ((gapsAllowed || gapsAllowedBeforeAttack) && message.type().equals("lagged")) {
      inGap = true;
      gaps++;
      return;
    }
    List<Double> sequence = message.values(SteadyPublisher.SEQUENCE);
    if (sequence.size() != 1 || !isNext(sequence.get(0).longValue())) {
      throw new AssertionError("expected publication " + (latest + 1) + ": " + message.body());
    }
    latest = sequence.get(0).longValue();
    inGap = false;
    double sentMicros = message.values(SteadyPublisher.SENT).get(0);
    latencies.add((System.nanoTime() / 1000.0 - sentMicros) / 1000);
    received.incrementAndGet();
  }

  /** Disconnects. */
  @Override
  public void close() {
    closing = true;
    client.reset();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
