package io.greenlang.metrics.redis.internal.connection;

import redis.clients.jedis.Protocol;

/** The commands that the broker sends. Each has the name that Redis gives it. */
public enum RedisCommand {
  /** Asks a node for the layout of its cluster. */
  CLUSTER(Protocol.Command.CLUSTER),
  /** Runs a script by its source. */
  EVAL(Protocol.Command.EVAL),
  /** Runs a script by its digest. */
  EVALSHA(Protocol.Command.EVALSHA),
  /** Reads a string. */
  GET(Protocol.Command.GET),
  /** Reads fields of a hash. */
  HMGET(Protocol.Command.HMGET),
  /** Writes fields of a hash. */
  HSET(Protocol.Command.HSET),
  /** Reads a section of the server's figures. */
  INFO(Protocol.Command.INFO),
  /** Tests a connection. */
  PING(Protocol.Command.PING),
  /** Sends a message to a topic. */
  PUBLISH(Protocol.Command.PUBLISH),
  /** Adds to a set. */
  SADD(Protocol.Command.SADD),
  /** Asks a sentinel for the master. */
  SENTINEL(Protocol.Command.SENTINEL),
  /** Reads a set. */
  SMEMBERS(Protocol.Command.SMEMBERS),
  /** Sends a message to a topic of a cluster's slot. */
  SPUBLISH(Protocol.Command.SPUBLISH),
  /** Subscribes to a topic of a cluster's slot. */
  SSUBSCRIBE(Protocol.Command.SSUBSCRIBE),
  /** Subscribes to topics. */
  SUBSCRIBE(Protocol.Command.SUBSCRIBE),
  /** Unsubscribes from a topic of a cluster's slot. */
  SUNSUBSCRIBE(Protocol.Command.SUNSUBSCRIBE),
  /** Reads the server's clock. */
  TIME(Protocol.Command.TIME),
  /** Unsubscribes from topics. */
  UNSUBSCRIBE(Protocol.Command.UNSUBSCRIBE),
  /** Reads entries of a stream. */
  XRANGE(Protocol.Command.XRANGE);

  private final Protocol.Command jedis;

  RedisCommand(Protocol.Command jedis) {
    this.jedis = jedis;
  }

  /** Returns the same command in the terms of Jedis. */
  Protocol.Command toJedis() {
    return jedis;
  }
}
