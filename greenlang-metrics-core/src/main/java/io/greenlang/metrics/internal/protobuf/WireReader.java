package io.greenlang.metrics.internal.protobuf;

import io.greenlang.metrics.internal.util.VarInt;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A reader of one message in the wire format of Protocol Buffers. It copies nothing and creates no
 * objects for fields that its caller skips. Generated classes would turn two bytes of an empty
 * message into an object of 80 bytes. A field whose wire type is not the expected one has another
 * key, and is skipped like an unknown field. Groups, which the formats that are read do not have,
 * are malformed. Not thread-safe.
 */
public final class WireReader {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = 7;
  private static final int FIXED64_BYTES = 8;
  private static final int FIXED32_BYTES = 4;
  private static final int MAX_VARINT_BITS = 63;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  /** Creates a reader of a whole message. */
  public WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Creates a reader of the bytes from {@code start} to {@code end}, exclusive. */
  public WireReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Returns the key of a field that is sent as a varint: integers, enumerations and booleans. */
  public static int varintKey(int number) {
    return (number << TYPE_BITS) | VARINT;
  }

  /** Returns the key of a field that is sent in 8 bytes: doubles and fixed integers. */
  public static int fixed64Key(int number) {
    return (number << TYPE_BITS) | FIXED64;
  }

  /** Returns the key of a field with a length: messages, texts and packed numbers. */
  public static int lengthKey(int number) {
    return (number << TYPE_BITS) | LENGTH_DELIMITED;
  }

  /** Returns a reader of the same message from here on. */
  public WireReader copy() {
    return new WireReader(bytes, position, end);
  }

  /** Returns whether the message has more bytes. */
  public boolean hasMore() {
    return position < end;
  }

  /** Returns the number of bytes that are left. */
  public int remaining() {
    return end - position;
  }

  /** Returns the key of the next field; 0 at the end of the message. */
  public int nextKey() throws MalformedMessageException {
    if (position == end) {
      return 0;
    }
    long key = varint();
    if (key >>> TYPE_BITS == 0 || key >>> Integer.SIZE != 0) {
      throw new MalformedMessageException("The message has an invalid field number");
    }
    return (int) key;
  }

  /** Skips the value of the field whose key was read last. */
  public void skip(int key) throws MalformedMessageException {
    switch (key & TYPE_MASK) {
      case VARINT -> varint();
      case FIXED64 -> advance(FIXED64_BYTES);
      case LENGTH_DELIMITED -> advance(length());
      case FIXED32 -> advance(FIXED32_BYTES);
      default -> throw new MalformedMessageException("The message has an invalid wire type");
    }
  }

  /**
   * Returns an integer, an enumeration or a boolean. Not by {@link VarInt#read}, whose buffer would
   * be another object for each nested message: that took 15 % of the throughput of OTLP.
   */
  public long varint() throws MalformedMessageException {
    long value = 0;
    for (int shift = 0; shift <= MAX_VARINT_BITS; shift += 7) {
      if (position == end) {
        throw truncated();
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedMessageException("The message has a number that is too long");
  }

  /** Returns an integer of 32 bits that is sent in zigzag encoding. */
  public int zigzag() throws MalformedMessageException {
    return (int) VarInt.fromZigzag(varint() & 0xffff_ffffL);
  }

  /** Returns an integer of 64 bits that is sent in zigzag encoding. */
  public long longZigzag() throws MalformedMessageException {
    return VarInt.fromZigzag(varint());
  }

  /** Returns an integer that is sent in 8 bytes. */
  public long fixed64() throws MalformedMessageException {
    return (long) LONG.get(bytes, advance(FIXED64_BYTES));
  }

  /**
   * Reads integers that are sent in 8 bytes each.
   *
   * @param target receives the integers
   * @param from the index of the first one in the target
   */
  public void readFixed64(long[] target, int from, int count) throws MalformedMessageException {
    if (count > remaining() / FIXED64_BYTES) {
      throw truncated();
    }
    int start = advance(count * FIXED64_BYTES);
    for (int i = 0; i < count; i++) {
      target[from + i] = (long) LONG.get(bytes, start + i * FIXED64_BYTES);
    }
  }

  /** Returns a double. */
  public double number() throws MalformedMessageException {
    return Double.longBitsToDouble(fixed64());
  }

  /** Returns a reader of a nested message, or of packed numbers. */
  public WireReader message() throws MalformedMessageException {
    int length = length();
    int start = advance(length);
    return new WireReader(bytes, start, start + length);
  }

  /**
   * Returns a reader that begins with the length of a nested message, and ends with the message.
   */
  public WireReader delimitedMessage() throws MalformedMessageException {
    int start = position;
    advance(length());
    return new WireReader(bytes, start, position);
  }

  /** Copies the bytes that are left; the target must have room for all of them. */
  public void copyTo(byte[] target, int from) {
    System.arraycopy(bytes, position, target, from, remaining());
  }

  /** Returns a text; bytes that are not UTF-8 become U+FFFD. */
  public String text() throws MalformedMessageException {
    int length = length();
    int start = advance(length);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  private int length() throws MalformedMessageException {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw truncated();
    }
    return (int) length;
  }

  private int advance(int count) throws MalformedMessageException {
    if (count > end - position) {
      throw truncated();
    }
    int start = position;
    position += count;
    return start;
  }

  private static MalformedMessageException truncated() {
    return new MalformedMessageException("The message ends within a field");
  }
}
