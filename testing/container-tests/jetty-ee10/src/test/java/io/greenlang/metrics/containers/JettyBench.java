package io.greenlang.metrics.containers;

/** The entry point of {@link ContainerBench} for Jetty. */
final class JettyBench {

  private JettyBench() {}

  public static void main(String[] args) throws Exception {
    ContainerBench.run(args, EmbeddedJetty::new);
  }
}
