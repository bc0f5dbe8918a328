/** Events of the JVM's flight recorder as metrics. */
module io.greenlang.metrics.jfr {
  requires transitive io.greenlang.metrics;
  requires static transitive org.jspecify;
  requires java.management;
  requires jdk.jfr;
  requires org.slf4j;

  exports io.greenlang.metrics.jfr;
}
