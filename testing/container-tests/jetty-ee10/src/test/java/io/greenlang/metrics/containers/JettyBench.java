package io.greenlang.metrics.containers;

/** See {@link ContainerBench}. */
final class JettyBench {

  private JettyBench() {}

  public static void main(String[] args) throws Exception {
    ContainerBench.run(args, EmbeddedJetty::new);
  }
}
