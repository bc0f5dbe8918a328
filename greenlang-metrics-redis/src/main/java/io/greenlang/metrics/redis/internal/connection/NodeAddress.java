package io.greenlang.metrics.redis.internal.connection;

import redis.clients.jedis.HostAndPort;

/**
 * The address of a node: a Redis server or a sentinel.
 *
 * @param host a name or an IP address, without brackets
 * @param port the port
 */
public record NodeAddress(String host, int port) {

  /** Returns the same address in the terms of Jedis. */
  HostAndPort toJedis() {
    return new HostAndPort(host, port);
  }

  /** Returns the form {@code host:port}. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
