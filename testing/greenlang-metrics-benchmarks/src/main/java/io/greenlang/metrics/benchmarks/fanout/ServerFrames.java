package io.greenlang.metrics.benchmarks.fanout;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Parser of a server's WebSocket frames that copies no bytes. */
public final class ServerFrames {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FIN_AND_RESERVED = 0xf0;
  private static final int FIN = 0x80;

  /** A receiver of the frames. */
  public interface Handler {

    /**
     * Handles one complete frame, whose payload lies from {@code start} to {@code end}.
     *
     * @return whether to continue
     */
    boolean onFrame(int opcode, byte[] bytes, int start, int end) throws IOException;
  }

  /**
   * Read buffer that all subscribers share, as a byte array for the parser and as a view for
   * channels. The parser examines every byte, which is faster in an array than through a buffer.
   */
  public static final class ReadBuffer {

    /** The size of the buffer. A frame must not be longer than half of it. */
    static final int BYTES = 1 << 18;

    /** The bytes that were read. */
    public final byte[] bytes = new byte[BYTES];

    /** A view of the same bytes, for channels to read into. */
    public final ByteBuffer view = ByteBuffer.wrap(bytes);
  }

  private ServerFrames() {}

  /**
   * Passes every complete frame to the handler.
   *
   * @return the start of the incomplete frame; {@code end} if there is none
   * @throws IOException if the bytes are not valid frames, so that a server that corrupts its
   *     framing is detected immediately
   */
  public static int parse(byte[] bytes, int start, int end, Handler handler) throws IOException {
    int position = start;
    while (end - position >= 2) {
      int lengthCode = bytes[position + 1];
      int header = lengthCode == 127 ? 10 : lengthCode == 126 ? 4 : 2;
      if (end - position < header) {
        break;
      }
      long length =
          switch (header) {
            case 10 -> (long) LONG.get(bytes, position + 2);
            case 4 -> (short) SHORT.get(bytes, position + 2) & 0xffff;
            default -> lengthCode;
          };
      requireValid(bytes[position], length);
      int payload = position + header;
      if (end - payload < length) {
        break;
      }
      int opcode = bytes[position] & 0xf;
      position = payload + (int) length;
      if (!handler.onFrame(opcode, bytes, payload, position)) {
        break;
      }
    }
    return position;
  }

  /**
   * Rejects fragments and extensions, which are not expected. A negative length means that the
   * frame claims to be masked.
   */
  private static void requireValid(byte first, long length) throws IOException {
    int opcode = first & 0xf;
    boolean validOpcode = opcode == 1 || opcode == 2 || (opcode >= 8 && opcode <= 10);
    boolean validLength = length >= 0 && length < ReadBuffer.BYTES / 2;
    if ((first & FIN_AND_RESERVED) != FIN || !validOpcode || !validLength) {
      throw new IOException("invalid frame: first byte " + (first & 0xff) + ", length " + length);
    }
  }
}
