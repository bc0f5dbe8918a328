package io.greenlang.metrics.containers;

/** A real container with one application on a loopback port. */
public interface EmbeddedContainer {

  /**
   * The time after which a container in the contract closes a connection that sends no request. It
   * is short so that a test can observe the timeout.
   */
  int SHORT_REQUEST_TIMEOUT_MILLIS = 5_000;

  /**
   * The same time in other tests. It is longer than a busy machine delays one of 5,000 requests,
   * and shorter than the time for which an idle WebSocket must remain.
   */
  int REQUEST_TIMEOUT_MILLIS = 20_000;

  /** Returns the port on which the container listens. */
  int port();

  /** Undeploys the application; the container keeps running if it supports that. */
  void undeploy() throws Exception;

  /** Stops the container and its application. */
  void stop() throws Exception;
}
