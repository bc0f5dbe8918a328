/** Attributes of MBeans as metrics. */
module io.greenlang.metrics.jmx {
  requires transitive io.greenlang.metrics;
  requires transitive java.management;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports io.greenlang.metrics.jmx;
}
