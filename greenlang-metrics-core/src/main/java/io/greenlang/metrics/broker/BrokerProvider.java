package io.greenlang.metrics.broker;

/**
 * A factory for brokers of one kind, selected by URL scheme. Providers are found by {@link
 * java.util.ServiceLoader}, so an application that needs no broker has no client library on its
 * class path.
 */
public interface BrokerProvider {

  /**
   * Returns whether this provider handles URLs with the given scheme, such as {@code redis}.
   *
   * @param scheme the scheme in lower case
   */
  boolean supports(String scheme);

  /**
   * Creates a broker without starting or connecting it.
   *
   * @param url the complete URL; it may contain a password and must never be logged
   * @throws IllegalArgumentException if the URL is malformed; the message does not contain the URL
   */
  Broker create(String url);
}
