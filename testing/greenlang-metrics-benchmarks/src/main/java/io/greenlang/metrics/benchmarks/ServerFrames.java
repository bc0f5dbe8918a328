package io.greenlang.metrics.benchmarks;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds a server's WebSocket frames in the bytes it sent, without copying any. */
final class ServerFrames {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FIN_AND_RESERVED = 0xf0;
  private static final int FIN = 0x80;

  /** Takes the frames. */
  interface Handler {

    /**
     * One complete frame, whose payload lies from {@code start} to {@code end}.
     *
     * @return whether to go on
     */
    boolean frame(int opcode, byte[] bytes, int start, int end) throws IOException;
  }

  private ServerFrames() {}

  /**
   * Hands over every complete frame.
   *
   * @return where the incomplete one begins; {@code end} if there is none
   * @throws IOException if these are no frames: a server that loses its place shows here at once
   */
  static int read(byte[] bytes, int start, int end, Handler handler) throws IOException {
    int from = start;
    while (end - from >= 2) {
      int code = bytes[from + 1];
      int header = code == 127 ? 10 : code == 126 ? 4 : 2;
      if (end - from < header) {
        break;
      }
      long length =
          switch (header) {
            case 10 -> (long) LONG.get(bytes, from + 2);
            case 4 -> (short) SHORT.get(bytes, from + 2) & 0xffff;
            default -> code;
          };
      requireReadable(bytes[from], length);
      int payload = from + header;
      if (end - payload < length) {
        break;
      }
      int opcode = bytes[from] & 0xf;
      from = payload + (int) length;
      if (!handler.frame(opcode, bytes, payload, from)) {
        break;
      }
    }
    return from;
  }

  /** We expect neither fragments nor extensions; a length is negative when it claims a mask. */
  private static void requireReadable(byte first, long length) throws IOException {
    int opcode = first & 0xf;
    boolean known = opcode == 1 || opcode == 2 || (opcode >= 8 && opcode <= 10);
    boolean readable = length >= 0 && length < ReadBuffer.BYTES / 2;
    if ((first & FIN_AND_RESERVED) != FIN || !known || !readable) {
      throw new IOException("broken framing: first byte " + (first & 0xff) + ", length " + length);
    }
  }
}
