package io.greenlang.metrics.redis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection to one node, owned by one reader thread. It uses neither the pool nor the {@code
 * JedisPubSub} of Jedis: the pool would reuse a subscribed connection (redis/jedis#4722), and an
 * exception in a listener ends the subscription. There are only commands sent and replies received.
 * One thread at a time sends, and one reads; any thread may {@link #cut}.
 */
final class Wire implements AutoCloseable {

  /**
   * The limit for the texts of one reply. A page of the archive is the largest: 16 windows of a few
   * megabytes.
   */
  private static final long MAX_REPLY_BYTES = 128L << 20;

  /** Exposes methods of Jedis that only subclasses may call: flushing, and reading a reply. */
  private static final class ExposedConnection extends Connection {
    /** The limit of a reply; 0 while the constructor of Jedis logs in. */
    private long maxBytes;

    ExposedConnection(HostAndPort node, JedisClientConfig config) {
      super(node, config);
      this.maxBytes = MAX_REPLY_BYTES;
    }

    void flushNow() {
      flush();
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream in, PushConsumerChain pushes) {
      return maxBytes == 0
          ? super.protocolRead(in, pushes)
          : new BoundedReply(in, pushes, maxBytes).read();
    }
  }

  private final HostAndPort node;
  private final ExposedConnection connection;

  /**
   * Connects and logs in.
   *
   * @throws RedisFailure if that fails
   */
  Wire(HostAndPort node, JedisClientConfig config) throws RedisFailure {
    this.node = node;
    try {
      this.connection = new ExposedConnection(node, config);
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  HostAndPort node() {
    return node;
  }

  /** Sends a command; the caller must read its reply. */
  void send(ProtocolCommand command, byte[]... args) throws RedisFailure {
    queue(command, args);
    flush();
  }

  /** Sends the queued commands. */
  void flush() throws RedisFailure {
    try {
      connection.flushNow();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /** Queues a command, which is sent by the next flush, or before a reply is awaited. */
  void queue(ProtocolCommand command, byte[]... args) throws RedisFailure {
    try {
      connection.sendCommand(command, args);
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /** Sends a command and waits for its reply: bytes, an integer, or a list of such. */
  Object call(ProtocolCommand command, byte[]... args) throws RedisFailure {
    try {
      connection.sendCommand(command, args);
      return connection.getOne();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /**
   * Waits for the replies to the queued commands. An error reply is a {@link RedisFailure} in the
   * list.
   */
  List<Object> answers(int count) throws RedisFailure {
    try {
      List<Object> replies = new ArrayList<>(count);
      for (Object reply : connection.getMany(count)) {
        replies.add(reply instanceof JedisDataException e ? RedisFailure.of(node, e) : reply);
      }
      return replies;
    } catch (JedisException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /**
   * Waits, without a timeout, for a message that the server pushes. A message larger than agreed is
   * {@link BoundedReply#TOO_LARGE}.
   */
  Object next() throws RedisFailure {
    try {
      return connection.getUnflushedObject();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /**
   * Lets {@link #next} wait forever. The caller must {@link #cut} the connection when it detects
   * silence.
   *
   * @param maxBytes the longest accepted message, including its topic
   */
  void waitForEver(int maxBytes) throws RedisFailure {
    try {
      connection.maxBytes = maxBytes;
      connection.setTimeoutInfinite();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /** Closes the connection at once, even if a thread waits for it. Any thread. */
  void cut() {
    try {
      connection.forceDisconnect();
    } catch (IOException | RuntimeException e) {
      connection.setBroken(); // it is closed either way
    }
  }

  @Override
  public void close() {
    cut();
  }
}
