package io.greenlang.metrics.containers;

/** See {@link ContainerBench}. */
final class UndertowBench {

  private UndertowBench() {}

  public static void main(String[] args) throws Exception {
    ContainerBench.run(args, EmbeddedUndertow::new);
  }
}
