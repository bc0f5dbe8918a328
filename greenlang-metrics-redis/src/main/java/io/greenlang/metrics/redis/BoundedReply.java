package io.greenlang.metrics.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A reply that takes no more memory than was agreed. Jedis makes room for whatever length is
 * announced, and Redis announces up to 512 MiB: what anybody has published on our topics, or put
 * under our keys. Here such bytes are read and let go; {@link #TOO_LARGE} stands for them. RESP2
 * only. For one reply, and one thread.
 */
final class BoundedReply {

  /** In place of bytes for which there was no room; known by its identity. */
  static final byte[] TOO_LARGE = {};

  private static final int SKIPPED_AT_ONCE = 8_192;
  private static final int FIRST_ELEMENTS = 256;

  private final RedisInputStream in;
  private final PushConsumerChain pushes;
  private long left;

  /**
   * Before the reply.
   *
   * @param pushes for Jedis, which reads the lines
   * @param maxBytes how many bytes the texts in it may come to
   */
  BoundedReply(RedisInputStream in, PushConsumerChain pushes, long maxBytes) {
    this.in = in;
    this.pushes = pushes;
    this.left = maxBytes;
  }

  /**
   * Reads it.
   *
   * @return bytes, a whole number, null, or a list of such, where a refusal is an exception
   * @throws JedisDataException if the reply is a refusal
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
    return Protocol.read(in, pushes); // a line: a word, a number or a refusal
  }

  /** Whether there was no room for something in an entry of a stream. */
  static boolean isCut(List<?> entry) {
    return entry.contains(TOO_LARGE)
        || (entry.size() > 1 && Answers.list(entry.get(1)).contains(TOO_LARGE));
  }

  private byte @Nullable [] text(int length) {
    if (length < 0) {
      return null;
    }
    boolean hasRoom = length <= left;
    byte[] text = hasRoom ? new byte[length] : TOO_LARGE;
    if (hasRoom) {
      left -= length;
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
    List<@Nullable Object> list = new ArrayList<>(Math.min(size, FIRST_ELEMENTS));
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
    byte[] scratch = new byte[SKIPPED_AT_ONCE];
    for (int rest = length; rest > 0; rest -= Math.min(rest, scratch.length)) {
      fill(scratch, Math.min(rest, scratch.length));
    }
  }

  private void fill(byte[] to, int length) {
    int at = 0;
    while (at < length) {
      int read = in.read(to, at, length - at);
      if (read < 0) {
        throw new JedisConnectionException("Unexpected end of stream.");
      }
      at += read;
    }
  }
}
