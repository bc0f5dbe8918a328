package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.EventSettings;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waits of known length, which the JVM records: for locks, sockets and files. */
@Timeout(240)
class JfrWaitsTest {

  /** A timeout that is longer than any step takes, on a machine that many processes share. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final long HELD_MILLIS = 80;

  private final JfrSamples samples =
      new JfrSamples(
          JfrSource.builder()
              .lockThreshold(Duration.ofMillis(20))
              .fileThreshold(Duration.ZERO)
              .maxEventsPerSecond(100_000)
              .build());

  @TempDir Path folder;

  @AfterEach
  void stop() {
    samples.close();
  }

  /** A monitor that no other test uses. */
  private static final class Shop {
    private int visits;
  }

  /** Keeps the processor busy, because the load of this test is a wait of a known length. */
  private static void spin(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void monitor_heldWhileAnotherThreadWaits_isOneWaitOfThatLength() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    threads.setThreadContentionMonitoringEnabled(true);
    Shop shop = new Shop();
    CountDownLatch end = new CountDownLatch(1);
    Thread contender =
        new Thread(
            () -> {
              synchronized (shop) {
                shop.visits++;
              }
              awaitUninterruptibly(end);
            });
    synchronized (shop) {
      contender.start();
      await().atMost(TIMEOUT).until(() -> contender.getState() == Thread.State.BLOCKED);
      spin(HELD_MILLIS);
    }
    await().atMost(TIMEOUT).until(() -> contender.getState() == Thread.State.WAITING);
    long blockedMillis = threads.getThreadInfo(contender.getId()).getBlockedTime();
    end.countDown();
    contender.join();
    assertThat(shop.visits).isEqualTo(1);
    String[] tags = {"monitor", Shop.class.getName()};
    samples.awaitThat(() -> assertThat(samples.count("jfr.locks.blocked", tags)).isEqualTo(1));
    double observed = samples.max("jfr.locks.blocked", each -> each.asMap().containsValue(tags[1]));
    assertThat(observed)
        .isGreaterThan(HELD_MILLIS - 1)
        .isCloseTo((double) blockedMillis, within(20.0));
  }

  @Test
  void reentrantLock_heldWhileAnotherThreadWaits_isParkedOnItsSync() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Thread contender = new Thread(() -> visit(lock));
    lock.lock();
    try {
      contender.start();
      await().atMost(TIMEOUT).until(() -> contender.getState() == Thread.State.WAITING);
      spin(HELD_MILLIS);
    } finally {
      lock.unlock();
    }
    contender.join();
    String blocker = "java.util.concurrent.locks.ReentrantLock$NonfairSync";
    samples.awaitThat(
        () ->
            assertThat(samples.max("jfr.locks.parked", tags -> blocker.equals(tags.get("blocker"))))
                .isGreaterThan(HELD_MILLIS - 1));
  }

  @Test
  void otherRecording_lowerThreshold_addsNoShortWaits() throws Exception {
    try (Recording other = new Recording()) {
      EventSettings unused = other.enable("jdk.ThreadPark").withThreshold(Duration.ZERO);
      other.start();
      SynchronousQueue<Integer> queue = new SynchronousQueue<>();
      Thread peer = new Thread(() -> putNumbers(queue));
      peer.start();
      for (int i = 0; i < 200; i++) {
        assertThat(queue.take()).isEqualTo(i);
      }
      peer.join();
      reentrantLock_heldWhileAnotherThreadWaits_isParkedOnItsSync();
    }
    assertThat(samples.min("jfr.locks.parked")).isGreaterThanOrEqualTo(20);
  }

  private static void putNumbers(SynchronousQueue<Integer> queue) {
    try {
      for (int i = 0; i < 200; i++) {
        queue.put(i);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void visit(ReentrantLock lock) {
    lock.lock();
    try {
      Thread.onSpinWait();
    } finally {
      lock.unlock();
    }
  }

  @Test
  void socket_slowPeer_isOneReadWithItsBytes() throws Exception {
    int bytes = 12_345;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket peer = server.accept()) {
      CountDownLatch reading = new CountDownLatch(1);
      Thread writer =
          new Thread(
              () -> {
                awaitUninterruptibly(reading);
                spin(6 * HELD_MILLIS); // a busy machine delays the read
                write(peer, bytes);
              });
      writer.start();
      InputStream input = client.getInputStream();
      long start = System.nanoTime();
      reading.countDown();
      int received = input.read(new byte[bytes]);
      double elapsed = (System.nanoTime() - start) / 1e6;
      writer.join();
      samples.awaitThat(
          () ->
              assertThat(samples.max("jfr.socket.read", tags -> true))
                  .isBetween(20.0, elapsed + 1));
      assertThat(samples.value("jfr.socket.bytes_read")).isGreaterThanOrEqualTo(received);
      assertThat(samples.count("jfr.socket.read", tags -> true)).isEqualTo(1);
    }
  }

  private static void write(Socket peer, int bytes) {
    try {
      OutputStream output = peer.getOutputStream();
      output.write(new byte[bytes]);
      output.flush();
    } catch (IOException e) {
      throw new IllegalStateException("failed to write to the loopback", e);
    }
  }

  @Test
  void file_writtenAndRead_countsItsBytes() throws Exception {
    int bytes = 3_000_000;
    Path file = folder.resolve("data");
    Files.write(file, new byte[bytes]);
    assertThat(Files.readAllBytes(file)).hasSize(bytes);
    samples.awaitThat(
        () -> {
          assertThat(samples.value("jfr.file.bytes_written")).isBetween(3e6, 3.5e6);
          assertThat(samples.value("jfr.file.bytes_read")).isGreaterThanOrEqualTo(3e6);
          assertThat(samples.count("jfr.file.write", tags -> true)).isPositive();
        });
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
