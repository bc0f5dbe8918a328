package io.greenlang.metrics.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connected client, made as cheap as it can be so that the generator is not what is measured:
 * frames are read in place in a buffer that all subscribers share, and only the tail of a frame
 * that is not yet complete is kept here.
 */
final class Subscriber implements ServerFrames.Handler {

  enum State {
    CONNECTING,
    UPGRADING,
    OPEN,
    CLOSED
  }

  private static final byte[] NOTHING = {};

  private final SocketChannel channel;

  /** Which of all it is, from 0. */
  private final int number;

  private final FanOutOptions options;
  private final Tally tally;
  private final WallClock clock;

  private State state = State.CONNECTING;
  private byte[] tail = NOTHING;
  private int tailLength;

  /** When the latest read returned. */
  private long arrivedMicros;

  /** Metrics while the tally counts. */
  private long received;

  Subscriber(
      SocketChannel channel, int number, FanOutOptions options, Tally tally, WallClock clock) {
    this.channel = channel;
    this.number = number;
    this.options = options;
    this.tally = tally;
    this.clock = clock;
  }

  State state() {
    return state;
  }

  long received() {
    return received;
  }

  /** Does what its key is ready for. */
  void ready(SelectionKey key, ReadBuffer shared) {
    try {
      if (state == State.CONNECTING) {
        channel.finishConnect();
        state = State.UPGRADING;
        send(
            ByteBuffer.wrap(
                ClientFrames.upgradeRequest(options.host(), options.port(), options.path())));
        key.interestOps(SelectionKey.OP_READ);
      } else {
        read(shared);
      }
    } catch (IOException e) {
      tally.error(state + ": " + e);
      close();
    }
  }

  void close() {
    state = State.CLOSED;
    try {
      channel.close();
    } catch (IOException e) {
      tally.error("close: " + e);
    }
  }

  private void read(ReadBuffer shared) throws IOException {
    shared.view.clear().put(tail, 0, tailLength);
    int count = channel.read(shared.view);
    if (count <= 0) {
      if (count < 0) {
        tally.ended("while " + state + ", without a close frame");
        close();
      }
      return;
    }
    // One time for all that this read brought: that is when it was in our hands. What parsing it
    // takes is our own doing.
    arrivedMicros = clock.micros();
    byte[] bytes = shared.bytes;
    int end = shared.view.position();
    int from = state == State.UPGRADING ? upgrade(bytes, end) : 0;
    if (state == State.OPEN) {
      from = ServerFrames.read(bytes, from, end, this);
    }
    keep(bytes, from, end);
  }

  /** Looks for the end of the upgrade's answer; returns where the first frame begins. */
  private int upgrade(byte[] bytes, int end) throws IOException {
    String response = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int headersEnd = response.indexOf("\r\n\r\n");
    if (headersEnd < 0) {
      return 0;
    }
    if (!ClientFrames.isUpgraded(response)) {
      throw new IOException("refused: " + response.lines().findFirst().orElse(""));
    }
    state = State.OPEN;
    String words = options.subscribe(number);
    if (!words.isEmpty()) {
      byte[] command = words.getBytes(StandardCharsets.UTF_8);
      send(ClientFrames.frame(ClientFrames.TEXT, command));
    }
    return headersEnd + 4;
  }

  @Override
  public boolean frame(int opcode, byte[] bytes, int start, int end) throws IOException {
    switch (opcode) {
      case ClientFrames.PING ->
          send(ClientFrames.frame(ClientFrames.PONG, Arrays.copyOfRange(bytes, start, end)));
      case ClientFrames.CLOSE -> {
        tally.ended(
            end - start < 2
                ? "with an empty close frame"
                : "with "
                    + Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(start))
                    + " "
                    + new String(bytes, start + 2, end - start - 2, StandardCharsets.UTF_8));
        close();
      }
      case ClientFrames.PONG -> {}
      default -> {
        int metrics = tally.frame(bytes, start, end, arrivedMicros);
        if (tally.counting) {
          received += metrics;
        }
      }
    }
    return state == State.OPEN;
  }

  private void keep(byte[] bytes, int from, int end) {
    tailLength = end - from;
    if (tailLength > tail.length) {
      tail = new byte[Math.max(512, Integer.highestOneBit(tailLength) * 2)];
    }
    System.arraycopy(bytes, from, tail, 0, tailLength);
  }

  /** Our few small messages always fit into the socket of a client that reads. */
  private void send(ByteBuffer message) throws IOException {
    channel.write(message);
    if (message.hasRemaining()) {
      throw new IOException("the server does not read what we send");
    }
  }
}
