/** The collector and its sources: the machine, the JVM, workflows, agents and task queues. */
module io.greenlang.metrics.collectors {
  requires transitive io.greenlang.metrics;
  requires static transitive org.jspecify;
  requires com.github.oshi;
  requires java.management;
  requires jdk.management;
  requires org.slf4j;

  exports io.greenlang.metrics.collectors;
}
