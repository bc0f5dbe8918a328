package io.greenlang.metrics.benchmarks.fanout;

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
 * A WebSocket client that can connect any number of times, from a given address. It upgrades its
 * connections and answers pings; a subclass decides what it sends and counts. Confined to the
 * thread of its selector.
 */
public abstract class ReconnectingClient implements ServerFrames.Handler {

  private static final String PATH = "/ws/metrics";
  private static final byte[] EMPTY = {};

  private final String sourceAddress;
  private @Nullable SocketChannel channel;
  private boolean upgraded;
  private byte[] tail = EMPTY;

  /**
   * Creates a client without a connection.
   *
   * @param sourceAddress the address that it connects from
   */
  protected ReconnectingClient(String sourceAddress) {
    this.sourceAddress = sourceAddress;
  }

  /** Returns whether the client has a connection, or is connecting. */
  public final boolean isConnected() {
    return channel != null;
  }

  /** Returns whether the current connection is a WebSocket. */
  protected final boolean isUpgraded() {
    return upgraded;
  }

  /** Starts connecting. */
  protected final void open(Selector selector, InetSocketAddress server) {
    upgraded = false;
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
      onConnectionLost("connect: " + e);
    }
  }

  /** Performs the operation for which the key is ready. */
  public final void onReady(SelectionKey key, ServerFrames.ReadBuffer shared) {
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
      onConnectionLost(e.toString());
    }
  }

  /** Gives the connection away, which the caller closes; returns null if there is none. */
  protected final @Nullable SocketChannel release() {
    SocketChannel released = channel;
    channel = null;
    return released;
  }

  /** Handles the loss of a connection, which is still open here. */
  protected abstract void onConnectionLost(String reason);

  /**
   * Handles a response that rejects the upgrade.
   *
   * @throws IOException if the connection counts as lost
   */
  protected abstract void onRejected(String statusLine) throws IOException;

  /** Handles the end of the upgrade. */
  protected abstract void onUpgraded() throws IOException;

  /** Handles a message. */
  protected abstract void onMessage(byte[] bytes, int start, int end) throws IOException;

  private void requestUpgrade(SelectionKey key, SocketChannel open) throws IOException {
    key.interestOps(SelectionKey.OP_READ);
    InetSocketAddress server = (InetSocketAddress) open.getRemoteAddress();
    send(
        ByteBuffer.wrap(
            ClientFrames.upgradeRequest(server.getHostString(), server.getPort(), PATH)));
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
      onRejected(response.lines().findFirst().orElse(""));
      return end;
    }
    upgraded = true;
    onUpgraded();
    return headersEnd + 4;
  }

  @Override
  public final boolean onFrame(int opcode, byte[] bytes, int start, int end) throws IOException {
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

  /**
   * Sends a message. The few small messages always fit into the socket buffer of a server that
   * reads.
   */
  protected final void send(ByteBuffer message) throws IOException {
    SocketChannel open = channel;
    if (open == null || (open.write(message) >= 0 && message.hasRemaining())) {
      throw new IOException("the server does not read from the connection");
    }
  }
}
