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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of connections in a container whose sends never complete. */
final class JakartaConnectionTest {

  private static final int MANY = 5000;

  private final JakartaRuntime runtime = new JakartaRuntime(new NoServer());
  private final Queue<Integer> closeFrames = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();

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
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(ended).hasValue(MANY));
    assertThat(closeFrames).hasSize(MANY).containsOnly(1013);
    assertThat(threads()).isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors() + 17L);
  }

  @Test
  void stop_sendsInFlight_closesEachOnce() {
    for (int i = 0; i < 100; i++) {
      openStalled();
    }
    runtime.stop();
    assertThat(ended).hasValue(100);
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
    Awaitility.await().untilAsserted(() -> assertThat(closeFrames).containsExactly(1013));
    container.shutdown();
    int last = BusyListener.CLOSE_AT + FrameSender.MAX_ROUNDS + 1;
    assertThat(busyListener.writableCalls.get()).isBetween(BusyListener.CLOSE_AT + 1, last);
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
    Awaitility.await().untilAsserted(() -> assertThat(closeFrames).containsExactly(1011));
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
    private final JakartaConnection connection;

    BusyListener(JakartaConnection connection) {
      this.connection = connection;
    }

    @Override
    public void onWritable() {
      if (writableCalls.incrementAndGet() == CLOSE_AT) {
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
