package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.testkit.load.WallClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Client of the load generator that is as cheap as possible, so that the generator does not distort
 * the measurement. Frames are parsed in place in a buffer that all subscribers share, and only the
 * tail of an incomplete frame is kept here.
 */
final class Subscriber implements ServerFrames.Handler {

  enum State {
    CONNECTING,
    UPGRADING,
    OPEN,
    CLOSED
  }

  private static final byte[] EMPTY = {};

  private final SocketChannel channel;

  /** The subscriber's index, from 0. */
  private final int index;

  private final FanOutOptions options;
  private final ReceiveCounters counters;
  private final WallClock clock;

  private State state = State.CONNECTING;
  private byte[] tail = EMPTY;
  private int tailLength;

  /** The time at which the latest read returned. */
  private long arrivedMicros;

  /** The metrics received while counting is enabled. */
  private long received;

  Subscriber(
      SocketChannel channel,
      int index,
      FanOutOptions options,
      ReceiveCounters counters,
      WallClock clock) {
    this.channel = channel;
    this.index = index;
    this.options = options;
    this.counters = counters;
    this.clock = clock;
  }

  State state() {
    return state;
  }

  boolean isStalled() {
    return options.isStalled(index);
  }

  long received() {
    return received;
  }

  /** Performs the operation for which the key is ready. */
  void onReady(SelectionKey key, ServerFrames.ReadBuffer shared) {
    try {
      if (state == State.CONNECTING) {
        channel.finishConnect();
        state = State.UPGRADING;
        send(ByteBuffer.wrap(options.upgradeRequest(options.path())));
        key.interestOps(SelectionKey.OP_READ);
      } else {
        read(shared);
        stopReadingIfStalled(key);
      }
    } catch (IOException e) {
      counters.recordError(state + ": " + e);
      close();
    }
  }

  /** Leaves everything after the upgrade unread, if this subscriber is to stall. */
  private void stopReadingIfStalled(SelectionKey key) {
    if (state == State.OPEN && options.isStalled(index)) {
      key.interestOps(0);
    }
  }

  void close() {
    state = State.CLOSED;
    try {
      channel.close();
    } catch (IOException e) {
      counters.recordError("close: " + e);
    }
  }

  private void read(ServerFrames.ReadBuffer shared) throws IOException {
    shared.view.clear().put(tail, 0, tailLength);
    int count = channel.read(shared.view);
    if (count <= 0) {
      if (count < 0) {
        counters.recordClosure("while " + state + ", without a close frame");
        close();
      }
      return;
    }
    // One timestamp for everything that this read returned: the time of receipt. Parsing it is the
    // generator's own cost.
    arrivedMicros = clock.micros();
    byte[] bytes = shared.bytes;
    int end = shared.view.position();
    int from = state == State.UPGRADING ? upgrade(bytes, end) : 0;
    if (state == State.OPEN) {
      from = ServerFrames.parse(bytes, from, end, this);
    }
    keepTail(bytes, from, end);
  }

  /** Looks for the end of the upgrade response; returns the start of the first frame. */
  private int upgrade(byte[] bytes, int end) throws IOException {
    String response = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int headersEnd = response.indexOf("\r\n\r\n");
    if (headersEnd < 0) {
      return 0;
    }
    if (!ClientFrames.isUpgraded(response)) {
      throw new IOException("upgrade rejected: " + response.lines().findFirst().orElse(""));
    }
    state = State.OPEN;
    WireProtocol protocol = options.protocol();
    sendMessage(protocol, protocol.opening());
    sendMessage(protocol, protocol.subscription(options.subscribe(index)));
    return headersEnd + 4;
  }

  private void sendMessage(WireProtocol protocol, byte[] message) throws IOException {
    if (message.length > 0) {
      send(protocol.frame(message));
    }
  }

  @Override
  public boolean onFrame(int opcode, byte[] bytes, int start, int end) throws IOException {
    switch (opcode) {
      case ClientFrames.PING ->
          send(ClientFrames.frame(ClientFrames.PONG, Arrays.copyOfRange(bytes, start, end)));
      case ClientFrames.CLOSE -> {
        counters.recordClosure(closure(bytes, start, end));
        close();
      }
      case ClientFrames.PONG -> {}
      default -> {
        int metrics = counters.recordFrame(bytes, start, end, arrivedMicros);
        if (counters.counting) {
          received += metrics;
        }
      }
    }
    return state == State.OPEN;
  }

  private static String closure(byte[] bytes, int start, int end) {
    if (end - start < 2) {
      return "with an empty close frame";
    }
    int code = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(start));
    String reason = new String(bytes, start + 2, end - start - 2, StandardCharsets.UTF_8);
    return "with " + code + " " + reason;
  }

  private void keepTail(byte[] bytes, int from, int end) {
    tailLength = end - from;
    if (tailLength > tail.length) {
      tail = new byte[Math.max(512, Integer.highestOneBit(tailLength) * 2)];
    }
    System.arraycopy(bytes, from, tail, 0, tailLength);
  }

  /**
   * Sends a message. The few small messages always fit into the socket buffer of a server that
   * reads.
   */
  private void send(ByteBuffer message) throws IOException {
    channel.write(message);
    if (message.hasRemaining()) {
      throw new IOException("the server does not read from the connection");
    }
  }
}
