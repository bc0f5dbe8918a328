package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One case of the published list for WebSocket servers.
 *
 * @param id the number of the case in the published list, such as {@code 6.4.2}
 * @param description the input, in one line
 * @param echo the id that the answers to {@link EchoCommand}s carry
 * @param pings the payloads of the pings, in the order in which they are sent
 * @param steps the input in the order in which it is sent
 * @param rest the input that follows only if the server is known to detect the violation late
 * @param outcome the strict outcome, in the notation of {@link ConformanceContract}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ConformanceCase(
    String id,
    String description,
    String echo,
    List<byte[]> pings,
    List<Step> steps,
    byte[] rest,
    String outcome) {

  /** The default of {@link #echo}. */
  static final String GREETING = "Hello, world!";

  /**
   * One write, and the frames to read after it.
   *
   * @param bytes the bytes to send
   * @param awaitedFrames the number of frames that must arrive before the next write
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Step(byte[] bytes, int awaitedFrames) {}

  /** Begins a case whose frames are sent in a single write. */
  static Builder named(String id, String description) {
    return new Builder(id, description);
  }

  /** The section of the published list. */
  String section() {
    return id.substring(0, id.indexOf('.'));
  }

  /** A builder of a case. Its methods add frames in the order in which they are sent. */
  static final class Builder {

    private final String id;
    private final String description;
    private final List<byte[]> frames = new ArrayList<>();
    private final List<byte[]> pings = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private String echo = GREETING;
    private Chopping chopping = Chopping.SINGLE_WRITE;
    private int chopBytes;

    private Builder(String id, String description) {
      this.id = id;
      this.description = description;
    }

    /** Sets the id of the {@link EchoCommand}s of this case. */
    Builder echoOf(String text) {
      echo = text;
      return this;
    }

    /** Adds an {@link EchoCommand} with the id of this case, in one text frame. */
    Builder echo() {
      return frame(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, EchoCommand.json(echo)));
    }

    /** Adds frames. */
    Builder frame(RawWebSocketFrame... added) {
      for (RawWebSocketFrame frame : added) {
        frames.add(frame.masked());
      }
      return this;
    }

    /** Adds frames. */
    Builder frames(List<RawWebSocketFrame> added) {
      return frame(added.toArray(new RawWebSocketFrame[0]));
    }

    /** Adds bytes that need not be a whole frame. */
    Builder bytes(byte[] added) {
      frames.add(added);
      return this;
    }

    /** Adds a ping, which the server must answer with the same payload. */
    Builder ping(byte[] payload) {
      pings.add(payload);
      return frame(RawWebSocketFrame.of(RawWebSocketFrame.PING, payload));
    }

    /** Adds a ping, which the server must answer with the same payload. */
    Builder ping(String payload) {
      return ping(payload.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends each frame in a separate write. */
    Builder frameByFrame() {
      chopping = Chopping.FRAMES;
      return this;
    }

    /** Sends at most the given number of bytes in a write. */
    Builder inChopsOf(int size) {
      chopping = Chopping.BYTES;
      chopBytes = size;
      return this;
    }

    /** Sends each byte in a separate write. */
    Builder byteByByte() {
      return inChopsOf(1);
    }

    /** Ends a write, and reads the given number of frames before the next one. */
    Builder await(int awaitedFrames) {
      List<byte[]> writes = writes();
      frames.clear();
      byte[] last = writes.remove(writes.size() - 1);
      writes.forEach(write -> steps.add(new Step(write, 0)));
      steps.add(new Step(last, awaitedFrames));
      return this;
    }

    /** Sets the input that follows if the server detects the violation late. */
    Builder rest(byte[] bytes) {
      rest.writeBytes(bytes);
      return this;
    }

    /** Adds a ping to the rest, which the server must answer if it receives the rest. */
    Builder restPing(String payload) {
      byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
      pings.add(bytes);
      return rest(RawWebSocketFrame.of(RawWebSocketFrame.PING, bytes).masked());
    }

    /** Builds the case with its strict outcome. */
    ConformanceCase expect(String outcome) {
      if (!frames.isEmpty()) {
        await(0);
      }
      return new ConformanceCase(
          id,
          description,
          echo,
          List.copyOf(pings),
          List.copyOf(steps),
          rest.toByteArray(),
          outcome);
    }

    private List<byte[]> writes() {
      if (chopping == Chopping.FRAMES) {
        return new ArrayList<>(frames);
      }
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      frames.forEach(joined::writeBytes);
      int size = chopping == Chopping.BYTES ? chopBytes : joined.size();
      return EchoCommand.chops(joined.toByteArray(), size);
    }

    private enum Chopping {
      SINGLE_WRITE,
      FRAMES,
      BYTES
    }
  }

  /** Returns frames that carry a message in fragments of at most {@code size} bytes. */
  static List<RawWebSocketFrame> fragments(int opcode, byte[] message, int size) {
    List<byte[]> payloads = EchoCommand.chops(message, size);
    List<RawWebSocketFrame> frames = new ArrayList<>();
    for (int i = 0; i < payloads.size(); i++) {
      boolean fin = i == payloads.size() - 1;
      int frameOpcode = i == 0 ? opcode : RawWebSocketFrame.CONTINUATION;
      frames.add(new RawWebSocketFrame(fin, 0, frameOpcode, payloads.get(i)));
    }
    return frames;
  }

  /** Returns frames that carry an {@link EchoCommand} in the given number of text fragments. */
  static List<RawWebSocketFrame> echoFragments(int count) {
    byte[] command = EchoCommand.json(GREETING);
    List<RawWebSocketFrame> frames =
        fragments(RawWebSocketFrame.TEXT, command, (command.length + count - 1) / count);
    if (frames.size() != count) {
      throw new IllegalArgumentException(
          Arrays.toString(command) + " has no " + count + " fragments of equal size");
    }
    return frames;
  }
}
