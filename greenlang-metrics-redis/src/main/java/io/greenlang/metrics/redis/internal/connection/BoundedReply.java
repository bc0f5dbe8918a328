package io.greenlang.metrics.redis.internal.connection;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A reply with a memory limit. Jedis allocates whatever length Redis announces, which is up to 512
 * MiB, for anything that anyone publishes on our topics or stores under our keys. This class reads
 * and discards oversized bytes, and returns {@link #TOO_LARGE} in their place. RESP2 only. For one
 * reply and one thread.
 */
public final class BoundedReply {

  /** Replaces bytes that exceeded the limit; compared by identity. */
  public static final byte[] TOO_LARGE = {};

  private static final int PART_BYTES = 8_192;
  private static final int MAX_INITIAL_CAPACITY = 256;

  private final RedisInputStream in;
  private final PushConsumerChain pushes;
  private final Runnable onPart;
  private long remainingBytes;

  /**
   * Creates a reader that is positioned before the reply.
   *
   * @param pushes passed to Jedis, which reads the simple lines
   * @param maxBytes the limit for all texts in the reply together
   * @param onPart called each time that a part of a long text was read. A message of 512 MiB can
   *     take longer than silence is tolerated.
   */
  BoundedReply(RedisInputStream in, PushConsumerChain pushes, long maxBytes, Runnable onPart) {
    this.in = in;
    this.pushes = pushes;
    this.onPart = onPart;
    this.remainingBytes = maxBytes;
  }

  /**
   * Reads the reply.
   *
   * @return bytes, an integer, null, or a list of such, in which an error is an exception
   * @throws JedisDataException if the reply is an error
   */
  @Nullable Object read() {
    if (in.peek((byte) '$')) {
      in.readByte();
      return text(in.readIntCrLf());
    }
    if (in.peek((byte) '*')) {
      in.readByte();
      return list(in.readIntCrLf());
    }
    return Protocol.read(in, pushes); // a line: a simple string, an integer or an error
  }

  /** Returns whether a part of a stream entry exceeded the limit. */
  public static boolean isTruncated(List<?> entry) {
    return entry.contains(TOO_LARGE)
        || (entry.size() > 1 && Replies.list(entry.get(1)).contains(TOO_LARGE));
  }

  private byte @Nullable [] text(int length) {
    if (length < 0) {
      return null;
    }
    boolean hasRoom = length <= remainingBytes;
    byte[] text = hasRoom ? new byte[length] : TOO_LARGE;
    if (hasRoom) {
      remainingBytes -= length;
      fill(text, length);
    } else {
      skip(length);
    }
    in.readByte(); // CR
    in.readByte(); // LF
    return text;
  }

  private @Nullable List<@Nullable Object> list(int size) {
    if (size < 0) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>(Math.min(size, MAX_INITIAL_CAPACITY));
    for (int i = 0; i < size; i++) {
      try {
        list.add(read());
      } catch (JedisDataException e) {
        list.add(e);
      }
    }
    return list;
  }

  private void skip(int length) {
    byte[] scratch = new byte[PART_BYTES];
    for (int remaining = length; remaining > 0; remaining -= Math.min(remaining, scratch.length)) {
      fill(scratch, Math.min(remaining, scratch.length));
    }
  }

  private void fill(byte[] target, int length) {
    int offset = 0;
    while (offset < length) {
      int read = in.read(target, offset, length - offset);
      if (read < 0) {
        throw new JedisConnectionException("Unexpected end of stream.");
      }
      offset += read;
      if (length >= PART_BYTES) {
        onPart.run();
      }
    }
  }
}
