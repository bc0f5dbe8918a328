package io.greenlang.metrics.benchmarks;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connected client, made as cheap as it can be so that the generator is not what is measured:
 * frames are read in place in a buffer that all subscribers share, and only the tail of a frame
 * that is not yet complete is kept here.
 */
final class Subscriber {

  enum State {
    CONNECTING,
    UPGRADING,
    OPEN,
    CLOSED
  }

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FIN_AND_RESERVED = 0xf0;
  private static final int FIN = 0x80;
  private static final byte[] NOTHING = {};

  private final SocketChannel channel;
  private final FanOutOptions options;
  private final Tally tally;
  private final WallClock clock;

  private State state = State.CONNECTING;
  private byte[] tail = NOTHING;
  private int tailLength;

  /** Metrics while the tally counts. */
  private long received;

  Subscriber(SocketChannel channel, FanOutOptions options, Tally tally, WallClock clock) {
    this.channel = channel;
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
        close();
      }
      return;
    }
    // One time for all that this read brought: that is when it was in our hands. What parsing it
    // takes is our own doing.
    long arrived = clock.micros();
    byte[] bytes = shared.bytes;
    int end = shared.view.position();
    int from = state == State.UPGRADING ? upgrade(bytes, end) : 0;
    if (state == State.OPEN) {
      from = frames(bytes, from, end, arrived);
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
    if (!options.subscribe().isEmpty()) {
      byte[] command = options.subscribe().getBytes(StandardCharsets.UTF_8);
      send(ClientFrames.frame(ClientFrames.TEXT, command));
    }
    return headersEnd + 4;
  }

  /** Takes every complete frame; returns where the incomplete one begins. */
  private int frames(byte[] bytes, int start, int end, long arrived) throws IOException {
    int from = start;
    while (end - from >= 2) {
      long length = bytes[from + 1];
      int header = 2;
      if (length == 126) {
        header = 4;
      } else if (length == 127) {
        header = 10;
      }
      if (end - from < header) {
        break;
      }
      if (header == 4) {
        length = (short) SHORT.get(bytes, from + 2) & 0xffff;
      } else if (header == 10) {
        length = (long) LONG.get(bytes, from + 2);
      }
      requireReadable(bytes[from], length);
      if (end - from < header + length) {
        break;
      }
      int payload = from + header;
      from = payload + (int) length;
      frame(bytes[payload - header] & 0xf, bytes, payload, from, arrived);
      if (state == State.CLOSED) {
        break;
      }
    }
    return from;
  }

  private void frame(int opcode, byte[] bytes, int start, int end, long arrived)
      throws IOException {
    switch (opcode) {
      case ClientFrames.PING ->
          send(ClientFrames.frame(ClientFrames.PONG, Arrays.copyOfRange(bytes, start, end)));
      case ClientFrames.CLOSE -> close();
      case ClientFrames.PONG -> {}
      default -> {
        int metrics = tally.frame(bytes, start, end, arrived);
        if (tally.counting) {
          received += metrics;
        }
      }
    }
  }

  /** A server that loses its place in the stream shows here at once. */
  private static void requireReadable(byte first, long length) throws IOException {
    int opcode = first & 0xf;
    boolean known = opcode == 1 || opcode == 2 || (opcode >= 8 && opcode <= 10);
    boolean readable = length >= 0 && length < ReadBuffer.BYTES / 2;
    if ((first & FIN_AND_RESERVED) != FIN || !known || !readable) {
      throw new IOException("broken framing: first byte " + (first & 0xff) + ", length " + length);
    }
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
