package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command of an unknown type. The server answers it with {@code UNKNOWN_TYPE} and the id of the
 * command, which stands for the echo that the published cases expect. The id shows that the server
 * received the whole message and decoded it correctly. Unlike a malformed message, this command may
 * be repeated without limit.
 */
final class EchoCommand {

  private EchoCommand() {}

  /** Returns the command in JSON; the id is sent as it is, without escapes. */
  static byte[] json(String id) {
    return json("?", id).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns one frame with a command of exactly {@code length} bytes. */
  static RawWebSocketFrame frame(int opcode, int length) {
    return RawWebSocketFrame.of(opcode, ofLength(opcode, length));
  }

  /**
   * Returns a command of exactly {@code length} bytes, in the encoding of the opcode. Its id is
   * {@link ConformanceCase#GREETING}.
   */
  static byte[] ofLength(int opcode, int length) {
    int shortest = encoded(opcode, "").length;
    // MessagePack encodes the length of the type in one to five bytes.
    for (int extra = 0; extra < 5; extra++) {
      byte[] command = encoded(opcode, "?".repeat(length - shortest - extra));
      if (command.length == length) {
        return command;
      }
    }
    throw new IllegalArgumentException("no command has exactly " + length + " bytes");
  }

  private static byte[] encoded(int opcode, String type) {
    String json = json(type, ConformanceCase.GREETING);
    return opcode == RawWebSocketFrame.TEXT
        ? json.getBytes(StandardCharsets.UTF_8)
        : ReceivedMessage.pack(json);
  }

  /** Splits bytes into parts of at most {@code size} bytes; returns an empty part for no bytes. */
  static List<byte[]> chops(byte[] bytes, int size) {
    List<byte[]> chops = new ArrayList<>();
    for (int start = 0; start < bytes.length; start += size) {
      chops.add(Arrays.copyOfRange(bytes, start, Math.min(start + size, bytes.length)));
    }
    if (chops.isEmpty()) {
      chops.add(bytes);
    }
    return chops;
  }

  private static String json(String type, String id) {
    return "{\"type\":\"" + type + "\",\"id\":\"" + id + "\"}";
  }
}
