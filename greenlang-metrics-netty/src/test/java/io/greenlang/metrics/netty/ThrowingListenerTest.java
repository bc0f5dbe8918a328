package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Connection;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.TransportContext;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners that throw: the affected connection closes with 1011, and no other connection does. */
final class ThrowingListenerTest {

  private final NettyTransport transport = new NettyTransport();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private URI url = URI.create("ws://127.0.0.1/");

  @BeforeEach
  void start() throws IOException {
    url = URI.create("ws://127.0.0.1:" + transport.start(new Context()).getPort() + "/ws");
  }

  @AfterEach
  void stop() {
    transport.stop();
  }

  @Test
  void open_throws_closesWith1011() {
    try (RawWebSocket client = RawWebSocket.open(URI.create(url + "?token=fail"))) {
      assertThat(client.awaitCloseCode()).isEqualTo(1011);
    }
  }

  @Test
  void onMessage_throws_closesOnlyThatConnection() throws InterruptedException {
    try (RawWebSocket bystander = RawWebSocket.open(url);
        RawWebSocket client = RawWebSocket.open(url)) {
      client.send("fail");
      RawWebSocketFrame close = Objects.requireNonNull(client.nextFrame());
      assertThat(close.closeCode()).isEqualTo(1011);
      client.completeClose();
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("closed");
      bystander.send("hello");
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
    }
  }

  @Test
  void onMessage_afterException_isNotCalledAgain() throws InterruptedException {
    try (RawWebSocket client = RawWebSocket.open(url)) {
      byte[] fail = RawWebSocketFrame.text("fail").masked();
      byte[] more = RawWebSocketFrame.text("more").masked();
      byte[] both = new byte[fail.length + more.length];
      System.arraycopy(fail, 0, both, 0, fail.length);
      System.arraycopy(more, 0, both, fail.length, more.length);
      client.send(both);
      client.completeClose();
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("closed");
    }
  }

  @Test
  void close_twice_sendsOneFrame() {
    try (RawWebSocket client = RawWebSocket.open(url)) {
      client.send("close");
      RawWebSocketFrame close = Objects.requireNonNull(client.nextFrame());
      assertThat(close.closeCode()).isEqualTo(4000);
      client.send(RawWebSocketFrame.close(4000));
      assertThat(client.nextFrame()).isNull();
    }
  }

  @Test
  void admit_fails_respondsWith500() {
    try (RawWebSocket client = RawWebSocket.connect(URI.create(url + "?token=broken"))) {
      assertThat(client.handshake().status()).isEqualTo(500);
    }
  }

  private final class Listener implements ConnectionListener {

    private final Connection connection;

    Listener(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void onMessage(Encoding encoding, byte[] message) {
      String text = new String(message, StandardCharsets.UTF_8);
      switch (text) {
        case "fail" -> throw new IllegalStateException("on purpose");
        case "close" -> {
          connection.close(4000, "first");
          connection.close(4001, "second");
        }
        default -> events.add(text);
      }
    }

    @Override
    public void onActivity() {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed() {
      events.add("closed");
    }
  }

  private final class Context implements TransportContext {

    @Override
    public String host() {
      return "127.0.0.1";
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public String path() {
      return "/ws";
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
      if (handshake.queryTokens().contains("broken")) {
        return CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
      }
      boolean fail = handshake.queryTokens().contains("fail");
      return CompletableFuture.completedFuture(
          new Admission.Accepted(null, connection -> open(connection, fail)));
    }

    private ConnectionListener open(Connection connection, boolean fail) {
      if (fail) {
        throw new IllegalStateException("on purpose");
      }
      return new Listener(connection);
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
