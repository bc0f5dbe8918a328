package io.greenlang.metrics.containers;

/** A real container with one application, on a free port of the loopback address. */
public interface EmbeddedContainer {

  /**
   * How long a container of a test waits for a connection that sends no request. As short as this,
   * a test can see it give up.
   */
  int SHORT_PATIENCE_MILLIS = 2000;

  /** Where it listens. */
  int port();

  /** Ends the application, as when it is undeployed; the container goes on where it can. */
  void undeploy() throws Exception;

  /** Ends it, with the application or after it. */
  void stop() throws Exception;
}
