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
 * One connection to one node. It is nobody else's: Jedis' pool would hand a subscribed connection
 * on (redis/jedis#4722), and its listeners end a subscription when they throw. So there is neither
 * here, only commands that go out and answers that come in. One thread at a time sends, and one
 * reads; {@link #cut} is for any.
 */
final class Wire implements AutoCloseable {

  /**
   * What the texts of an answer may come to. A page of the archive is the largest: 16 windows of a
   * few megabytes.
   */
  private static final long MAX_ANSWER_BYTES = 128L << 20;

  /** Jedis lets only its own classes flush, and say how a reply is read. */
  private static final class Open extends Connection {
    /** 0 while Jedis logs in, from its constructor. */
    private long maxBytes;

    Open(HostAndPort node, JedisClientConfig config) {
      super(node, config);
      this.maxBytes = MAX_ANSWER_BYTES;
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
  private final Open connection;

  /**
   * Connects and logs in.
   *
   * @throws RedisFailure if that is not possible
   */
  Wire(HostAndPort node, JedisClientConfig config) throws RedisFailure {
    this.node = node;
    try {
      this.connection = new Open(node, config);
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  HostAndPort node() {
    return node;
  }

  /** Sends a command; its answer is to be read. */
  void send(ProtocolCommand command, byte[]... args) throws RedisFailure {
    queue(command, args);
    flush();
  }

  /** Sends what was queued. */
  void flush() throws RedisFailure {
    try {
      connection.flushNow();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /** Sends a command later, when it is flushed or an answer is waited for. */
  void queue(ProtocolCommand command, byte[]... args) throws RedisFailure {
    try {
      connection.sendCommand(command, args);
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /** Sends a command and waits for its answer: bytes, a whole number, or a list of such. */
  Object call(ProtocolCommand command, byte[]... args) throws RedisFailure {
    try {
      connection.sendCommand(command, args);
      return connection.getOne();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /**
   * Waits for the answers to what was queued. One that is a refusal is a {@link RedisFailure} in
   * the list.
   */
  List<Object> answers(int count) throws RedisFailure {
    try {
      List<Object> answers = new ArrayList<>(count);
      for (Object answer : connection.getMany(count)) {
        answers.add(answer instanceof JedisDataException e ? RedisFailure.of(node, e) : answer);
      }
      return answers;
    } catch (JedisException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /**
   * Waits, as long as it takes, for what the server sends by itself. Messages of more than was
   * agreed are {@link BoundedReply#TOO_LARGE}.
   */
  Object next() throws RedisFailure {
    try {
      return connection.getUnflushedObject();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /**
   * Lets {@link #next} wait without an end; whoever does not hear anything must {@link #cut}.
   *
   * @param maxBytes the longest message, with its topic, that is of interest
   */
  void waitForEver(int maxBytes) throws RedisFailure {
    try {
      connection.maxBytes = maxBytes;
      connection.setTimeoutInfinite();
    } catch (RuntimeException e) {
      throw RedisFailure.of(node, e);
    }
  }

  /** Ends it at once, whoever waits for it. Any thread. */
  void cut() {
    try {
      connection.forceDisconnect();
    } catch (IOException | RuntimeException e) {
      connection.setBroken(); // it is over either way
    }
  }

  @Override
  public void close() {
    cut();
  }
}
