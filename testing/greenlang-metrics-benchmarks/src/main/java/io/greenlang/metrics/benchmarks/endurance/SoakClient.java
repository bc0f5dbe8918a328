package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.fanout.ClientFrames;
import io.greenlang.metrics.benchmarks.fanout.ReconnectingClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Client of an endurance run: it subscribes, answers pings, and counts the frames that it receives.
 * It can disconnect and connect again any number of times. Confined to the thread of its pool.
 */
final class SoakClient extends ReconnectingClient {

  private final byte[] subscribe;
  private final SoakClientPool pool;

  private boolean subscribed;
  private long connectedNanos;
  private long frames;

  /**
   * Creates a client without a connection.
   *
   * @param sourceAddress the address that it connects from
   * @param subscribe the command that it sends after the welcome
   */
  SoakClient(String sourceAddress, String subscribe, SoakClientPool pool) {
    super(sourceAddress);
    this.subscribe = subscribe.getBytes(StandardCharsets.UTF_8);
    this.pool = pool;
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
    connectedNanos = System.nanoTime();
    open(selector, server);
  }

  /**
   * Disconnects.
   *
   * @param abruptly whether to reset the connection, as a crash does, without a close frame; a
   *     client that is still connecting always does
   */
  void disconnect(boolean abruptly) {
    SocketChannel open = release();
    subscribed = false;
    if (open == null || !open.isOpen()) {
      return;
    }
    try (open) {
      if (abruptly || !isUpgraded()) {
        open.setOption(StandardSocketOptions.SO_LINGER, 0);
      } else {
        open.write(ClientFrames.frame(ClientFrames.CLOSE, new byte[] {0x03, (byte) 0xe8}));
      }
    } catch (IOException e) {
      pool.recordFailure("disconnect: " + e);
    }
  }

  @Override
  protected void onConnectionLost(String reason) {
    pool.recordFailure(reason);
    disconnect(true);
  }

  @Override
  protected void onRejected(String statusLine) throws IOException {
    throw new IOException("rejected: " + statusLine);
  }

  @Override
  protected void onUpgraded() throws IOException {
    send(ClientFrames.frame(ClientFrames.TEXT, subscribe));
  }

  @Override
  protected void onMessage(byte[] bytes, int start, int end) throws IOException {
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
}
