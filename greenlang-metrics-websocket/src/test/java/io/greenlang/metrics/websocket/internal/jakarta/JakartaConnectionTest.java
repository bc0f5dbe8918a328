package io.greenlang.metrics.websocket.internal.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.websocket.internal.jakarta.utf8.FrameIterator;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.TransportContext;
import jakarta.websocket.CloseReason;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of connections in a container whose sends never complete. */
final class JakartaConnectionTest {

  private static final int MANY = 5000;

  /** A busy machine can delay the last frames until the close frame no longer waits for them. */
  private static final long FLUSH_GRACE_NANOS = JakartaConnection.FLUSH_GRACE.toNanos();

  private final JakartaRuntime runtime = new JakartaRuntime(new NoServer());
  private final Queue<Integer> closeFrames = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();

  /** When the container got the last close frame. */
  private volatile long closedNanos;

  @AfterEach
  void stopRuntime() {
    runtime.stop();
  }

  @Test
  void close_5000StalledConnections_closesEachOnceOnFewThreads() {
    List<JakartaConnection> connections = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      connections.add(openStalled());
    }
    connections.forEach(connection -> connection.close(1013, "try again later"));
    connections.forEach(connection -> connection.close(1001, "second close"));
    awaitAssertion(
        () -> {
          assertThat(ended).hasValue(MANY);
          assertThat(closeFrames.size()).isEqualTo(MANY);
        });
    assertThat(closeFrames).containsOnly(1013);
    assertThat(threads()).isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors() + 17L);
  }

  @Test
  void stop_sendsInFlight_closesEachOnce() {
    for (int i = 0; i < 100; i++) {
      openStalled();
    }
    runtime.stop();
    awaitAssertion(() -> assertThat(ended).hasValue(100)); // a stop waits for 2 s at the most
  }

  /** A feed that never runs out must not delay the close frame, nor the frames before it. */
  @Test
  void close_busyFeed_sendsCloseFrameAfterOneMoreWrite() {
    ExecutorService container = Executors.newSingleThreadExecutor();
    FakeRemote remote =
        new FakeRemote(handler -> container.execute(() -> handler.onResult(new SendResult())));
    JakartaConnection connection = new JakartaConnection(runtime, session(remote), "peer");
    BusyListener busyListener = new BusyListener(connection);
    connection.open(
        CompletableFuture.completedFuture(
            new Admission.Accepted(
                null,
                opened -> {
                  write(opened);
                  return busyListener;
                })));
    awaitAssertion(() -> assertThat(closeFrames).containsExactly(1013));
    container.shutdown();
    boolean wasBusy = closedNanos - busyListener.closeNanos >= FLUSH_GRACE_NANOS;
    int first = BusyListener.CLOSE_AT + (wasBusy ? 0 : 1);
    int last = BusyListener.CLOSE_AT + FrameSender.MAX_ROUNDS + 1;
    assertThat(busyListener.writableCalls.get()).isBetween(first, last);
    // The close may come between two sends; frames written after it are discarded.
    assertThat(remote.sent.size())
        .isBetween(busyListener.writableCalls.get(), busyListener.writableCalls.get() + 1);
  }

  @Test
  void open_sessionThrows_closesWithInternalError() {
    JakartaConnection connection =
        new JakartaConnection(runtime, session(new FakeRemote(handler -> {})), "peer");
    connection.open(
        CompletableFuture.completedFuture(
            new Admission.Accepted(
                null,
                opened -> {
                  throw new IllegalStateException("on purpose");
                })));
    awaitAssertion(() -> assertThat(closeFrames).containsExactly(1011));
  }

  private static void awaitAssertion(ThrowingRunnable assertion) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
  }

  private JakartaConnection openStalled() {
    FakeRemote remote = new FakeRemote(handler -> {});
    JakartaConnection connection = new JakartaConnection(runtime, session(remote), "peer");
    connection.open(
        CompletableFuture.completedFuture(new Admission.Accepted(null, this::writeAndListen)));
    return connection;
  }

  private ConnectionListener writeAndListen(Connection connection) {
    write(connection);
    return new CountingListener();
  }

  private static void write(Connection connection) {
    FrameBuffer frame = new FrameBuffer();
    frame.putFrameHeader(FrameIterator.TEXT, 0);
    SharedFrames frames = frame.toSharedFrames();
    connection.write(frames, 0, frames.bytes().capacity(), 1);
    connection.flush();
  }

  private Session session(FakeRemote remote) {
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAsyncRemote" -> remote;
                  case "isOpen" -> true;
                  case "getUserProperties" -> new java.util.HashMap<String, Object>();
                  case "close" -> {
                    closedNanos = System.nanoTime();
                    closeFrames.add(((CloseReason) arguments[0]).getCloseCode().getCode());
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("greenlang-jakarta-"))
        .count();
  }

  /** Writes whenever it can, and closes the connection after a number of writes. */
  private static final class BusyListener implements ConnectionListener {

    static final int CLOSE_AT = 100;
    final AtomicInteger writableCalls = new AtomicInteger();

    /** When it closed the connection. */
    volatile long closeNanos;

    private final JakartaConnection connection;

    BusyListener(JakartaConnection connection) {
      this.connection = connection;
    }

    @Override
    public void onWritable() {
      if (writableCalls.incrementAndGet() == CLOSE_AT) {
        closeNanos = System.nanoTime();
        connection.close(1013, "try again later");
      }
      write(connection);
    }

    @Override
    public void onMessage(Encoding encoding, byte[] message) {
      throw new AssertionError("nothing was sent");
    }

    @Override
    public void onActivity() {
      throw new AssertionError("nothing was sent");
    }

    @Override
    public void onClosed() {
      // called when the runtime stops
    }
  }

  private final class CountingListener implements ConnectionListener {

    @Override
    public void onMessage(Encoding encoding, byte[] message) {
      throw new AssertionError("nothing was sent");
    }

    @Override
    public void onActivity() {
      throw new AssertionError("nothing was sent");
    }

    @Override
    public void onWritable() {
      throw new AssertionError("no send ever completes");
    }

    @Override
    public void onClosed() {
      ended.incrementAndGet();
    }
  }

  private static final class NoServer implements TransportContext {

    @Override
    public String host() {
      return "";
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public String path() {
      return "/ws/metrics";
    }

    @Override
    public int maxMessageBytes() {
      return 1024;
    }

    @Override
    public HandshakeLimits handshakeLimits() {
      return new HandshakeLimits(16, 16, 100, 16_384);
    }

    @Override
    public void countRejectedConnection() {}

    @Override
    public CompletionStage<Admission> admit(Handshake handshake, Duration maxWait) {
      return CompletableFuture.completedFuture(new Admission.Rejected(401));
    }

    @Override
    public Executor workers() {
      return Runnable::run;
    }

    @Override
    public byte[] health() {
      return new byte[0];
    }
  }
}
