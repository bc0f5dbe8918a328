package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.fanout.ClientFrames;
import io.greenlang.metrics.benchmarks.fanout.ServerFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Client of an endurance run: it subscribes, answers pings, and counts the frames that it receives.
 * It can disconnect and connect again any number of times. Confined to the thread of its pool.
 */
final class SoakClient implements ServerFrames.Handler {

  private static final byte[] EMPTY = {};

  private final String sourceAddress;
  private final byte[] subscribe;
  private final SoakClientPool pool;

  private @Nullable SocketChannel channel;
  private boolean upgraded;
  private boolean subscribed;
  private long connectedNanos;
  private long frames;
  private byte[] tail = EMPTY;

  /**
   * Creates a client without a connection.
   *
   * @param sourceAddress the address that it connects from
   * @param subscribe the command that it sends after the welcome
   */
  SoakClient(String sourceAddress, String subscribe, SoakClientPool pool) {
    this.sourceAddress = sourceAddress;
    this.subscribe = subscribe.getBytes(StandardCharsets.UTF_8);
    this.pool = pool;
  }

  boolean isConnected() {
    return channel != null;
  }

  boolean isSubscribed() {
    return subscribed;
  }

  /** Returns the time at which the current connection was opened, by {@link System#nanoTime}. */
  long connectedNanos() {
    return connectedNanos;
  }

  /** Returns the number of frames with metrics since the last call. */
  long drainFrames() {
    long drained = frames;
    frames = 0;
    return drained;
  }

  /** Starts connecting. */
  void connect(Selector selector, InetSocketAddress server) {
    upgraded = false;
    connectedNanos = System.nanoTime();
    tail = EMPTY;
    try {
      SocketChannel opened = SocketChannel.open();
      channel = opened;
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      opened.bind(new InetSocketAddress(sourceAddress, 0));
      SelectionKey key = opened.register(selector, SelectionKey.OP_CONNECT, this);
      if (opened.connect(server)) {
        requestUpgrade(key, opened);
      }
    } catch (IOException e) {
      fail("connect: " + e);
    }
  }

  /**
   * Disconnects.
   *
   * @param abruptly whether to reset the connection, as a crash does, without a close frame; a
   *     client that is still connecting always does
   */
  void disconnect(boolean abruptly) {
    SocketChannel open = channel;
    channel = null;
    subscribed = false;
    if (open == null || !open.isOpen()) {
      return;
    }
    try (open) {
      if (abruptly || !upgraded) {
        open.setOption(StandardSocketOptions.SO_LINGER, 0);
      } else {
        open.write(ClientFrames.frame(ClientFrames.CLOSE, new byte[] {0x03, (byte) 0xe8}));
      }
    } catch (IOException e) {
      pool.recordFailure("disconnect: " + e);
    }
  }

  /** Performs the operation for which the key is ready. */
  void onReady(SelectionKey key, ServerFrames.ReadBuffer shared) {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      if (key.isConnectable()) {
        open.finishConnect();
        requestUpgrade(key, open);
      } else {
        read(open, shared);
      }
    } catch (IOException e) {
      fail(e.toString());
    }
  }

  private void fail(String reason) {
    pool.recordFailure(reason);
    disconnect(true);
  }

  private void requestUpgrade(SelectionKey key, SocketChannel open) throws IOException {
    key.interestOps(SelectionKey.OP_READ);
    InetSocketAddress server = (InetSocketAddress) open.getRemoteAddress();
    send(
        ByteBuffer.wrap(
            ClientFrames.upgradeRequest(server.getHostString(), server.getPort(), "/ws/metrics")));
  }

  private void read(SocketChannel open, ServerFrames.ReadBuffer shared) throws IOException {
    shared.view.clear().put(tail);
    if (open.read(shared.view) < 0) {
      throw new IOException("the server closed the connection");
    }
    int end = shared.view.position();
    int from = upgraded ? 0 : upgrade(shared.bytes, end);
    if (upgraded) {
      from = ServerFrames.parse(shared.bytes, from, end, this);
    }
    tail = from == end ? EMPTY : Arrays.copyOfRange(shared.bytes, from, end);
  }

  /** Looks for the end of the upgrade response; returns the start of the first frame. */
  private int upgrade(byte[] bytes, int end) throws IOException {
    String response = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int headersEnd = response.indexOf("\r\n\r\n");
    if (headersEnd < 0) {
      return 0;
    }
    if (!ClientFrames.isUpgraded(response)) {
      throw new IOException("rejected: " + response.lines().findFirst().orElse(""));
    }
    upgraded = true;
    send(ClientFrames.frame(ClientFrames.TEXT, subscribe));
    return headersEnd + 4;
  }

  @Override
  public boolean onFrame(int opcode, byte[] bytes, int start, int end) throws IOException {
    switch (opcode) {
      case ClientFrames.PING ->
          send(ClientFrames.frame(ClientFrames.PONG, Arrays.copyOfRange(bytes, start, end)));
      case ClientFrames.CLOSE -> throw new IOException("closed with " + code(bytes, start, end));
      case ClientFrames.PONG -> {}
      default -> onMessage(bytes, start, end);
    }
    return channel != null;
  }

  private static int code(byte[] bytes, int start, int end) {
    return end - start < 2 ? 1005 : ((bytes[start] & 0xff) << 8) | (bytes[start + 1] & 0xff);
  }

  private void onMessage(byte[] bytes, int start, int end) throws IOException {
    String text = new String(bytes, start, Math.min(end - start, 100), StandardCharsets.UTF_8);
    if (text.contains("\"type\":\"error\"")) {
      throw new IOException(text);
    }
    if (text.contains("\"type\":\"subscribed\"")) {
      subscribed = true;
    } else if (text.contains("\"channel\":")) {
      frames++;
    }
  }

  /**
   * Sends a message. The few small messages always fit into the socket buffer of a server that
   * reads.
   */
  private void send(ByteBuffer message) throws IOException {
    SocketChannel open = channel;
    if (open == null || (open.write(message) >= 0 && message.hasRemaining())) {
      throw new IOException("the server does not read from the connection");
    }
  }
}
