package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.testkit.load.WallClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Publisher for servers that only forward: a client that publishes by a WebSocket, at a steady rate
 * in bursts. It runs in the thread of the subscribers, because a second process on their processor
 * would interrupt them. Like the publisher of our server, it skips nothing if it falls behind.
 */
final class RemotePublisher implements AutoCloseable {

  private static final int ROOM = 1 << 16;

  private final SocketChannel channel = SocketChannel.open();
  private final WireProtocol protocol;
  private final int burst;
  private final long periodNanos;
  private final WallClock clock = new WallClock();
  private final ByteBuffer frames = ByteBuffer.allocateDirect(ROOM);
  private final ByteBuffer answers = ByteBuffer.allocateDirect(ROOM);
  private long next = System.nanoTime();

  RemotePublisher(FanOutOptions options) throws IOException {
    protocol = options.protocol();
    burst = options.burst();
    periodNanos = (long) (1e9 * burst / options.rate());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(new InetSocketAddress(options.host(), options.port()));
    write(ByteBuffer.wrap(options.upgradeRequest(options.publishPath())));
    requireUpgraded();
    channel.configureBlocking(false);
    if (protocol.opening().length > 0) {
      write(protocol.frame(protocol.opening()));
    }
  }

  private void requireUpgraded() throws IOException {
    StringBuilder response = new StringBuilder();
    while (response.indexOf("\r\n\r\n") < 0) {
      if (channel.read(answers.clear()) < 0) {
        throw new IOException("the server closed the publisher's connection during the upgrade");
      }
      response.append(StandardCharsets.ISO_8859_1.decode(answers.flip()));
    }
    if (!ClientFrames.isUpgraded(response.toString())) {
      throw new IOException("the server refused the publisher's upgrade: " + response);
    }
  }

  /** Publishes a burst if one is due. */
  void publishIfDue(long nowNanos) throws IOException {
    if (nowNanos - next < 0) {
      return;
    }
    next += periodNanos;
    frames.clear();
    for (int i = 0; i < burst; i++) {
      frames.put(protocol.frame(protocol.publication(metric(clock.micros()))));
    }
    write(frames.flip());
    discardAnswers();
  }

  /** Returns the JSON that our server sends for the same metric. */
  static byte[] metric(long micros) {
    String json =
        "{\"channel\":\"bench.metrics\",\"name\":\"bench.time\",\"type\":\"gauge\",\"value\":"
            + micros
            + ",\"timestamp\":\""
            + Instant.ofEpochMilli(micros / 1000)
            + "\",\"tags\":{\"env\":\"production\",\"host\":\"h0\"}}";
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes everything; a server that does not read delays the caller, and so counts as late. */
  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void discardAnswers() throws IOException {
    int count;
    do {
      count = channel.read(answers.clear());
    } while (count > 0);
    if (count < 0) {
      throw new IOException("the server closed the publisher's connection");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
