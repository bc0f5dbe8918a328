package io.greenlang.metrics.containers;

/** A real container with one application, on a free port of the loopback address. */
public interface EmbeddedContainer {

  /** Where it listens. */
  int port();

  /** Ends it. */
  void stop() throws Exception;
}
