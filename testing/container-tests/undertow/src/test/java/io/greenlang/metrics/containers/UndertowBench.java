package io.greenlang.metrics.containers;

/** The entry point of {@link ContainerBench} for Undertow. */
final class UndertowBench {

  private UndertowBench() {}

  public static void main(String[] args) throws Exception {
    ContainerBench.run(args, EmbeddedUndertow::new);
  }
}
