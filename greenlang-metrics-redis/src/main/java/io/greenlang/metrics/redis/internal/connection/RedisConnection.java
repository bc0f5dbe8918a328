package io.greenlang.metrics.redis.internal.connection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection to one node, owned by one reader thread. It uses neither the pool nor the {@code
 * JedisPubSub} of Jedis: the pool would reuse a subscribed connection (redis/jedis#4722), and an
 * exception in a listener ends the subscription. There are only commands sent and replies received.
 * One thread at a time sends, and one reads; any thread may {@link #disconnectNow}.
 */
public final class RedisConnection implements AutoCloseable {

  /**
   * The limit for the texts of one reply. A page of the archive is the largest: 16 windows of a few
   * megabytes.
   */
  private static final long MAX_REPLY_BYTES = 128L << 20;

  /**
   * A connection that exposes methods of Jedis that only subclasses may call: flushing, and reading
   * a reply.
   */
  private static final class ExposedConnection extends Connection {
    /** The limit of a reply; 0 while the constructor of Jedis logs in. */
    private long maxBytes;

    private volatile long lastPartNanos = System.nanoTime();

    ExposedConnection(NodeAddress node, JedisClientConfig config) {
      super(node.toJedis(), config);
      this.maxBytes = MAX_REPLY_BYTES;
    }

    void flushNow() {
      flush();
    }

    private void recordPart() {
      lastPartNanos = System.nanoTime();
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream in, PushConsumerChain pushes) {
      return maxBytes == 0
          ? super.protocolRead(in, pushes)
          : new BoundedReply(in, pushes, maxBytes, this::recordPart).read();
    }
  }

  private final NodeAddress node;
  private final ExposedConnection connection;

  /**
   * Connects and logs in.
   *
   * @throws RedisException if that fails
   */
  RedisConnection(NodeAddress node, JedisClientConfig config) throws RedisException {
    this.node = node;
    try {
      this.connection = new ExposedConnection(node, config);
    } catch (RuntimeException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /** Returns the node. */
  public NodeAddress node() {
    return node;
  }

  /** Sends a command; the caller must read its reply. */
  public void send(RedisCommand command, byte[]... args) throws RedisException {
    queue(command, args);
    flush();
  }

  /** Sends the queued commands. */
  public void flush() throws RedisException {
    try {
      connection.flushNow();
    } catch (RuntimeException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /** Queues a command, which is sent by the next flush, or before a reply is awaited. */
  public void queue(RedisCommand command, byte[]... args) throws RedisException {
    try {
      connection.sendCommand(command.toJedis(), args);
    } catch (RuntimeException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /** Sends a command and waits for its reply: bytes, an integer, or a list of such. */
  public Object call(RedisCommand command, byte[]... args) throws RedisException {
    try {
      connection.sendCommand(command.toJedis(), args);
      return connection.getOne();
    } catch (RuntimeException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /**
   * Waits for the replies to the queued commands. An error reply is a {@link RedisException} in the
   * list.
   */
  public List<Object> awaitReplies(int count) throws RedisException {
    try {
      List<Object> replies = new ArrayList<>(count);
      for (Object reply : connection.getMany(count)) {
        replies.add(
            reply instanceof JedisDataException e ? JedisFailures.translate(node, e) : reply);
      }
      return replies;
    } catch (JedisException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /**
   * Waits, without a timeout, for a message that the server pushes. A message larger than agreed is
   * {@link BoundedReply#TOO_LARGE}.
   */
  public Object awaitPush() throws RedisException {
    try {
      return connection.getUnflushedObject();
    } catch (RuntimeException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /**
   * Lets {@link #awaitPush} wait forever. The caller must {@link #disconnectNow} the connection
   * when it detects silence.
   *
   * @param maxBytes the longest accepted message, including its topic
   */
  public void disableTimeout(int maxBytes) throws RedisException {
    try {
      connection.maxBytes = maxBytes;
      connection.setTimeoutInfinite();
    } catch (RuntimeException e) {
      throw JedisFailures.translate(node, e);
    }
  }

  /**
   * Returns when the last part of a long reply arrived, or when the connection was made, in
   * monotonic time. A connection that receives one long message is slow, and not silent. Any
   * thread.
   */
  public long lastPartNanos() {
    return connection.lastPartNanos;
  }

  /** Closes the connection at once, even if a thread waits for it. Any thread. */
  public void disconnectNow() {
    try {
      connection.forceDisconnect();
    } catch (IOException | RuntimeException e) {
      connection.setBroken(); // it is closed either way
    }
  }

  @Override
  public void close() {
    disconnectNow();
  }
}
