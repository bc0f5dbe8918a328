package io.greenlang.metrics.websocket.internal.columnar;

import io.greenlang.metrics.internal.frame.FrameBuffer;
import java.util.Arrays;

/**
 * The previous number of each lane and how the lane encodes changes. A lane is one number of one
 * series: its value, or one field of its aggregate.
 *
 * <p>A lane is either decimal or raw. A decimal lane writes the difference of two mantissas. A raw
 * lane writes the bytes of the bits that differ. A zero byte switches the lane.
 */
final class NumberLanes {

  /** The mode of a raw lane; other modes are the scale of a decimal lane. */
  private static final byte RAW = (byte) 0xff;

  /** The byte before a new mode. */
  private static final int SWITCH = 0;

  /** How many decimals in a row make a raw lane a decimal one. */
  private static final int DECIMALS_IN_A_ROW = 4;

  private long[] bits = new long[16];
  private long[] mantissas = new long[16];
  private byte[] modes = new byte[16];
  private byte[] decimalsInARow = new byte[16];
  private int size;

  /** Removes all lanes. */
  void clear() {
    size = 0;
  }

  /**
   * Adds decimal lanes of scale 0 whose previous number is 0.
   *
   * @return the first of them; the others follow it
   */
  int add(int count) {
    int first = size;
    size += count;
    if (size > bits.length) {
      grow(Math.max(size, 2 * bits.length));
    }
    Arrays.fill(bits, first, size, 0);
    Arrays.fill(mantissas, first, size, 0);
    Arrays.fill(modes, first, size, (byte) 0);
    Arrays.fill(decimalsInARow, first, size, (byte) 0);
    return first;
  }

  private void grow(int capacity) {
    bits = Arrays.copyOf(bits, capacity);
    mantissas = Arrays.copyOf(mantissas, capacity);
    modes = Arrays.copyOf(modes, capacity);
    decimalsInARow = Arrays.copyOf(decimalsInARow, capacity);
  }

  /** Appends the next number of a lane unless it is unchanged; returns whether it has changed. */
  boolean write(int lane, double number, FrameBuffer out) {
    long next = Double.doubleToRawLongBits(number);
    if (next == bits[lane]) {
      return false;
    }
    if (modes[lane] == RAW) {
      writeRaw(lane, number, next, out);
    } else {
      writeDecimal(lane, number, next, out);
    }
    bits[lane] = next;
    return true;
  }

  private void writeDecimal(int lane, double number, long next, FrameBuffer out) {
    long mantissa = Decimals.mantissa(number, modes[lane]);
    if (mantissa != Decimals.NONE) {
      out.putSignedVarInt(mantissa - mantissas[lane]); // never 0, because the number has changed
      mantissas[lane] = mantissa;
    } else {
      switchMode(lane, Decimals.scaleOf(number), number, next, out);
    }
  }

  private void writeRaw(int lane, double number, long next, FrameBuffer out) {
    boolean isDecimal = Decimals.mantissa(number, Decimals.MAX_SCALE) != Decimals.NONE;
    decimalsInARow[lane] = (byte) (isDecimal ? decimalsInARow[lane] + 1 : 0);
    if (decimalsInARow[lane] == DECIMALS_IN_A_ROW) {
      switchMode(lane, Decimals.scaleOf(number), number, next, out);
    } else {
      writeDifference(next ^ bits[lane], out);
    }
  }

  /** Appends the bytes that are not zero, after a byte that names their place and number. */
  private static void writeDifference(long difference, FrameBuffer out) {
    int leading = Long.numberOfLeadingZeros(difference) / Byte.SIZE;
    int trailing = Long.numberOfTrailingZeros(difference) / Byte.SIZE;
    int length = Long.BYTES - leading - trailing;
    out.put(leading << 4 | length);
    for (int i = Long.BYTES - 1 - leading; i >= trailing; i--) {
      out.put((int) (difference >>> (i * Byte.SIZE)));
    }
  }

  /**
   * Appends a number in a new mode, independent of the previous number.
   *
   * @param scale the scale of the decimal; negative for a raw lane
   */
  private void switchMode(int lane, int scale, double number, long next, FrameBuffer out) {
    decimalsInARow[lane] = 0;
    out.put(SWITCH);
    if (scale < 0) {
      modes[lane] = RAW;
      out.put(RAW);
      out.putLong(next);
    } else {
      modes[lane] = (byte) scale;
      mantissas[lane] = Decimals.mantissa(number, scale);
      out.put(scale);
      out.putSignedVarInt(mantissas[lane]);
    }
  }
}
