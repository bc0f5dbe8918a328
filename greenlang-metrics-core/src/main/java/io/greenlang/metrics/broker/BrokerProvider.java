package io.greenlang.metrics.broker;

/**
 * Makes the brokers of one kind from their address. Found by {@link java.util.ServiceLoader}, so
 * that who needs none has no client of it on the class path.
 */
public interface BrokerProvider {

  /** Whether addresses of this scheme, such as {@code redis}, are its own. In lower case. */
  boolean supports(String scheme);

  /**
   * A broker that is not started. Does not connect yet.
   *
   * @param url the whole address, perhaps with a password: never to be logged
   * @throws IllegalArgumentException if it cannot be understood; the message does not show it
   */
  Broker create(String url);
}
