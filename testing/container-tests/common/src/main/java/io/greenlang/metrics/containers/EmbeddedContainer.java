package io.greenlang.metrics.containers;

/** A real container with one application on a loopback port. */
public interface EmbeddedContainer {

  /**
   * The time after which a container in tests closes a connection that sends no request. It is
   * short so that a test can observe the timeout.
   */
  int SHORT_REQUEST_TIMEOUT_MILLIS = 2000;

  /** Returns the port on which the container listens. */
  int port();

  /** Undeploys the application; the container keeps running if it supports that. */
  void undeploy() throws Exception;

  /** Stops the container and its application. */
  void stop() throws Exception;
}
