/** A program on the Java client, as a module: what it requires is all that an application needs. */
module io.greenlang.metrics.e2e.client {
  requires io.greenlang.metrics.client;
}
